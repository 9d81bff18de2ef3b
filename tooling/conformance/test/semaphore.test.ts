import { boundedSemaphoreRows } from '../src/bounded-semaphore.ts';
import { type SemaphoreLike, semaphoreRows } from '../src/semaphore.ts';
import type { WaitOptions } from '../src/wait-options.ts';
import { noticesBroken } from './broken.ts';
import { BoundedSemaphore, Semaphore } from './reference/semaphore.ts';

type Create = (value?: number) => SemaphoreLike;

noticesBroken<Create>(
  'a semaphore',
  {
    'loses a permit that meets an abort': {
      failing: /loses no grant|loses and invents nothing/,
      create: (value) =>
        new (class extends Semaphore {
          override async acquire(options: WaitOptions = {}): Promise<Disposable> {
            const permit = await super.acquire(options);
            await Promise.resolve();
            options.signal?.throwIfAborted();
            return permit;
          }
        })(value),
    },
    'wakes only one for several permits': {
      failing: /gives several permits at once|serves whoever waits/,
      create: (value) =>
        new (class extends Semaphore {
          override release(n = 1): void {
            if (n < 1) super.release(n);
            if (this.line.grantFirst()) this.free += n - 1;
            else this.free += n;
          }
        })(value),
    },
    'invents a permit when a guard is disposed of twice': {
      failing: /released once by a guard/,
      create: (value) =>
        new (class extends Semaphore {
          override tryAcquire(): Disposable | undefined {
            return super.tryAcquire() && { [Symbol.dispose]: () => this.release() };
          }
        })(value),
    },
    'lets those barge in who come back': {
      failing: /queue behind those who wait/,
      create: (value) =>
        new (class extends Semaphore {
          override release(n = 1): void {
            if (n < 1) super.release(n);
            this.free += n;
            setImmediate(() => {
              while (this.free > 0 && this.line.grantFirst()) this.free -= 1;
            });
          }
        })(value),
    },
  },
  (create) => semaphoreRows({ create, rounds: 50 }),
);

noticesBroken<Create>(
  'a bounded semaphore',
  {
    'has no bound': { failing: /refuses a release past its initial value/, create: (value) => new Semaphore(value) },
    'releases what it can before it refuses': {
      failing: /changes nothing at all/,
      create: (value) =>
        new (class extends BoundedSemaphore {
          override release(n = 1): void {
            if (n < 1) super.release(n);
            for (let left = n; left > 0; left -= 1) super.release();
          }
        })(value),
    },
  },
  (create) => boundedSemaphoreRows({ create, rounds: 50 }),
);
