// A thread runs an exported function; join waits for it. Python: threading.Thread
import { Thread, currentThread, isMain } from '@weft/threading';

export function greet(name: string) {
  console.log(`hello ${name}, from ${currentThread().name}`);
}

if (isMain(import.meta)) {
  const thread = new Thread({ target: greet, args: ['Ada'], name: 'the greeter' });
  thread.start();
  await thread.join();
  console.log(`alive: ${thread.isAlive()}`);
}

// Prints:
// hello Ada, from the greeter
// alive: false
