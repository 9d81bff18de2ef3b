// One thread waits until another says go, blocking or not. Python: threading.Event
import { Event, Thread, isMain } from '@weft/threading';

export function runner(ready: Event, go: Event) {
  ready.set();
  go.waitSync();
  console.log('running');
}

if (isMain(import.meta)) {
  const ready = new Event();
  const go = new Event();
  const thread = new Thread({ target: runner, args: [ready, go] }).start();
  await ready.wait();
  console.log('on your marks');
  go.set();
  await thread.join();
}

// Prints:
// on your marks
// running
