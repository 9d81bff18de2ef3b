import { type Task, createTask } from '@weft/async';
import { CancelledError, type Future } from '@weft/core';

/**
 * Makes a task that follows a future of an executor: it ends as the future does, and cancelling it cancels the future.
 *
 * @param future A future of any executor.
 * @returns The task.
 * @see https://docs.python.org/3/library/asyncio-future.html#asyncio.wrap_future
 * @example
 * await using pool = new threading.ThreadPoolExecutor({ maxWorkers: 2 });
 * await asyncio.run(async () => {
 *   const task = wrapFuture(pool.submit(sumOfSquares, 1000));
 *   console.log(await asyncio.waitFor(task, 5000));
 * });
 */
export function wrapFuture<T>(future: Future<T>): Task<T> {
  return createTask(
    async () => {
      try {
        return await future.result();
      } catch (error) {
        if (error instanceof CancelledError) future.cancel();
        throw error;
      }
    },
    { name: 'wrapFuture' },
  );
}
