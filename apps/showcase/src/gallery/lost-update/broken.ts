import { isMain, threading } from '@weft/combined';

export function addOne(counter: Int32Array, bothHaveRead: threading.Barrier) {
  const seen = counter[0] ?? 0;
  // Between reading and writing, the other thread does the same.
  bothHaveRead.waitSync();
  counter[0] = seen + 1;
}

if (isMain(import.meta)) {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const bothHaveRead = new threading.Barrier(2);
  const one = new threading.Thread({
    target: addOne,
    args: [counter, bothHaveRead],
  }).start();
  const other = new threading.Thread({
    target: addOne,
    args: [counter, bothHaveRead],
  }).start();
  await one.join();
  await other.join();
  console.log(`1 + 1 = ${counter[0]}`);
}
