import { isMain, threading } from '@weft/combined';

export function addOne(counter: Int32Array, lock: threading.Lock) {
  using _guard = lock.acquireSync();
  const seen = counter[0] ?? 0;
  counter[0] = seen + 1;
}

if (isMain(import.meta)) {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const lock = new threading.Lock();
  const one = new threading.Thread({
    target: addOne,
    args: [counter, lock],
  }).start();
  const other = new threading.Thread({
    target: addOne,
    args: [counter, lock],
  }).start();
  await one.join();
  await other.join();
  console.log(`1 + 1 = ${counter[0]}`);
}
