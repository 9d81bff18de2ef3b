import { isMain, threading } from '@weft/combined';

export function takeBoth(first: threading.Lock, second: threading.Lock) {
  using _one = first.acquireSync();
  using _other = second.acquireSync();
  console.log('has both');
}

if (isMain(import.meta)) {
  const [fork, knife] = [new threading.Lock(), new threading.Lock()];
  const plato = new threading.Thread({
    name: 'Plato',
    target: takeBoth,
    args: [fork, knife],
  }).start();
  const kant = new threading.Thread({
    name: 'Kant',
    target: takeBoth,
    args: [fork, knife],
  }).start();
  await plato.join();
  await kant.join();
}
