import { type LockLike, lockRows } from '../src/lock.ts';
import type { WaitOptions } from '../src/wait-options.ts';
import { type Broken, noticesBroken } from './broken.ts';
import { Lock } from './reference/lock.ts';

const broken: Record<string, Broken<() => LockLike>> = {
  'wakes nobody': {
    failing: /keeps contenders out/,
    create: () =>
      new (class extends Lock {
        override release(): void {
          this.held = false;
        }
      })(),
  },
  'serves the latest first': {
    failing: /arrival order/,
    create: () =>
      new (class extends Lock {
        override release(): void {
          this.line.waiters.reverse();
          super.release();
          this.line.waiters.reverse();
        }
      })(),
  },
  'does not mind being released while it is free': {
    failing: /refuses to be released/,
    create: () =>
      new (class extends Lock {
        override release(): void {
          if (this.held) super.release();
        }
      })(),
  },
  'goes to a waiter that was aborted': {
    failing: /loses no grant when a grant and then an abort|loses no grant when an abort/,
    create: () =>
      new (class extends Lock {
        override acquire(options: WaitOptions = {}): Promise<Disposable> {
          const taken = super.acquire({ timeout: options.timeout });
          const { signal } = options;
          if (!signal) return taken;
          signal.throwIfAborted();
          return Promise.race([
            taken,
            new Promise<never>((_resolve, reject) => {
              signal.addEventListener('abort', () => reject(signal.reason as Error));
            }),
          ]);
        }
      })(),
  },
  'ignores timeouts': {
    failing: /acquire gives up when its time is over/,
    create: () =>
      new (class extends Lock {
        override acquire({ signal }: WaitOptions = {}): Promise<Disposable> {
          return super.acquire({ signal });
        }
      })(),
  },
  'gives up early when the timeout is long': {
    failing: /without giving up early/,
    create: () =>
      new (class extends Lock {
        override acquire({ timeout, ...rest }: WaitOptions = {}): Promise<Disposable> {
          return super.acquire({ ...rest, timeout: (timeout ?? 0) > 2 ** 31 ? 1 : timeout });
        }
      })(),
  },
};

noticesBroken('a lock', broken, (create) => lockRows({ create, rounds: 50 }));
