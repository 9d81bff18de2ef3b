// A lock between processes keeps their lines together. Python: multiprocessing.Lock
import { Lock, Process, isMain } from '@weft/multiprocessing';

export async function report(lock: Lock, name: string) {
  using _held = await lock.acquire();
  for (const line of ['begins', 'ends']) console.log(`${name} ${line}`);
}

if (isMain(import.meta)) {
  const lock = new Lock();
  const held = await lock.acquire();
  const one = new Process({ target: report, args: [lock, 'a process'] }).start();
  console.log('the parent holds the lock');
  held[Symbol.dispose]();
  await one.join();
}

// Prints:
// the parent holds the lock
// a process begins
// a process ends
