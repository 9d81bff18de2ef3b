import { isMain, threading } from '@weft/combined';
import { waitBlocking } from '../../workloads/io-bound.ts';

export function save(ready: threading.Event) {
  console.log('saving …');
  ready.set();
  waitBlocking(200);
  console.log('saved');
}

if (isMain(import.meta)) {
  const ready = new threading.Event();
  new threading.Thread({ target: save, args: [ready], daemon: true }).start();
  await ready.wait();
  console.log('bye');
}
