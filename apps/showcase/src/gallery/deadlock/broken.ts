import { isMain, threading } from '@weft/combined';

type Lock = threading.Lock;

export function takeBoth(first: Lock, second: Lock, bothHaveOne: threading.Barrier) {
  using _one = first.acquireSync();
  bothHaveOne.waitSync();
  using _other = second.acquireSync();
  console.log('has both');
}

if (isMain(import.meta)) {
  const [fork, knife] = [new threading.Lock(), new threading.Lock()];
  const bothHaveOne = new threading.Barrier(2);
  const plato = new threading.Thread({
    name: 'Plato',
    target: takeBoth,
    args: [fork, knife, bothHaveOne],
  }).start();
  const kant = new threading.Thread({
    name: 'Kant',
    target: takeBoth,
    args: [knife, fork, bothHaveOne],
  }).start();
  await plato.join();
  await kant.join();
}
