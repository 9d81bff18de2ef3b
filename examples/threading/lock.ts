// A lock is sent to the threads and is the same lock there. Python: threading.Lock
import { Lock, Thread, isMain } from '@weft/threading';

export async function deposit(lock: Lock, account: Int32Array) {
  for (let i = 0; i < 1_000; i++) {
    using _held = await lock.acquire();
    account[0] = (account[0] ?? 0) + 1;
  }
}

if (isMain(import.meta)) {
  const lock = new Lock();
  const account = new Int32Array(new SharedArrayBuffer(4));
  const threads = [1, 2, 3].map(() => new Thread({ target: deposit, args: [lock, account] }).start());
  for (const thread of threads) await thread.join();
  console.log(account[0]);
}

// Prints:
// 3000
