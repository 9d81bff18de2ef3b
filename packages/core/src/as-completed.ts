import { type WaitOptions, checkTimeout } from './duration.ts';
import { TimeoutError } from './errors.ts';
import type { Future } from './future.ts';
import { Deque } from './internal/deque.ts';
import { type Waiter, interruptible } from './interruptible.ts';

/**
 * Gives futures as they finish: those that are done first, the others in the order in which they finish.
 *
 * Leaving the loop early leaves nothing behind in the futures.
 *
 * @param futures Futures of any executors; one that occurs twice is given once.
 * @param options How long the whole loop may take, from this call on, and a signal that ends it.
 * @returns An iterable of the futures themselves, which are done and may have failed.
 * @throws {TimeoutError} In the loop, if some are not done in time; what was ready has been given before.
 * @see https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.as_completed
 */
export function asCompleted<F extends Future>(futures: Iterable<F>, options: WaitOptions = {}): AsyncGenerator<F, void, void> {
  const timeout = checkTimeout(options.timeout);
  return give(new Set(futures), timeout, performance.now() + timeout, options.signal);
}

async function* give<F extends Future>(
  all: Set<F>,
  timeout: number,
  end: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<F, void, void> {
  const total = all.size;
  const finished = new Deque<F>();
  let waiter: Waiter<void> | undefined;
  const onDone = (future: Future): void => {
    finished.pushBack(future as F);
    const woken = waiter;
    waiter = undefined;
    woken?.resolve();
  };
  for (const future of all) if (future.done()) finished.pushBack(future);
  for (const future of all) if (!future.done()) future.addDoneCallback(onDone);
  try {
    while (all.size > 0) {
      const future = finished.popFront();
      if (future !== undefined) {
        all.delete(future);
        yield future;
        continue;
      }
      await interruptible<void>(
        { timeout: Math.max(0, end - performance.now()), signal },
        {
          action: 'wait for futures',
          begin: (begun) => {
            waiter = begun;
            return () => {
              const waiting = waiter === begun;
              if (waiting) waiter = undefined;
              return waiting;
            };
          },
          onTimeout: () => {
            throw new TimeoutError(`Cannot wait for ${all.size} (of ${total}) futures within ${timeout} ms`);
          },
        },
      );
    }
  } finally {
    for (const future of all) future.removeDoneCallback(onDone);
  }
}
