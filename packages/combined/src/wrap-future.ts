import { inspect } from 'node:util';
import { type Task, createTask } from '@weft/async';
import { CancelledError, type Future } from '@weft/core';

/**
 * Makes a task that follows a future of an executor: it ends as the future does, and cancelling it cancels the future.
 *
 * As in Python that drops a call that is queued, and leaves one that runs to its end: for a call that is to lose its
 * worker too, submit it through `executor.with({ signal })`, or call it with `runInExecutor`.
 *
 * @param future A future of any executor.
 * @returns The task.
 * @throws {TypeError} If it is not a future.
 * @see https://docs.python.org/3/library/asyncio-future.html#asyncio.wrap_future
 * @example
 * await using pool = new threading.ThreadPoolExecutor({ maxWorkers: 2 });
 * await asyncio.run(async () => {
 *   const task = wrapFuture(pool.submit(sumOfSquares, 1000));
 *   console.log(await asyncio.waitFor(task, 5000));
 * });
 */
export function wrapFuture<T>(future: Future<T>): Task<T> {
  if (typeof (future as Partial<Future> | undefined)?.addDoneCallback !== 'function')
    throw new TypeError(`Cannot wrap ${inspect(future)}: it is not a Future`);
  const task = createTask(
    async () => {
      try {
        return await future.result();
      } catch (error) {
        if (!(error instanceof CancelledError) || future.cancel() || !future.done()) throw error;
        return await future.result();
      } finally {
        // What was there before the task could be cancelled counts.
        if (future.done() && !future.cancelled()) while (task.cancelling() > 0) task.uncancel();
      }
    },
    { name: 'wrapFuture' },
  );
  return task;
}
