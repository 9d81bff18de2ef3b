import { isMain, threading } from '@weft/combined';
import { save } from './broken.ts';

if (isMain(import.meta)) {
  const ready = new threading.Event();
  const thread = new threading.Thread({
    target: save,
    args: [ready],
    daemon: true,
  }).start();
  await ready.wait();
  await thread.join();
  console.log('bye');
}
