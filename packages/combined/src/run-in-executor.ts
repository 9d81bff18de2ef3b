import { cancellable } from '@weft/async';
import type { Executor, Future } from '@weft/core';
import { withContext } from './internal/with-context.ts';

/**
 * Calls a function on an executor and waits for its result, as part of the current task: cancelling the task, or running
 * out of its `timeout`, cancels the call. A queued call is dropped; a running one loses its worker, which is replaced.
 *
 * Context variables travel with the call.
 *
 * @param executor A thread or process pool; it stays usable whatever happens to the call.
 * @param target An exported function.
 * @param args Its arguments, which must be able to cross.
 * @returns What the function returns.
 * @throws {CancelledError} In a task that is cancelled.
 * @throws {TargetError} If the worker could not find the function.
 * @throws {TransferError} If an argument cannot cross.
 * @throws Whatever the function throws.
 * @see https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.loop.run_in_executor
 * @example
 * await using pool = new multiprocessing.ProcessPoolExecutor({ maxWorkers: 2 });
 * console.log(await runInExecutor(pool, sumOfSquares, 1000));
 */
export async function runInExecutor<A extends unknown[], R>(
  executor: Executor,
  target: (...args: A) => R,
  ...args: A
): Promise<Awaited<R>> {
  return await cancellable((signal) => {
    const view = executor.with({ signal });
    const carried = withContext(target, args);
    if (carried === undefined) return outcomeOf(view.submit(target, ...args));
    return outcomeOf(view.submit(carried.target, ...carried.args) as Future<Awaited<R>>);
  });
}

// Follows the future without a wait of its own: the current task's cancellation reaches it through the signal, and the
// call has ended, one way or the other, when the task goes on.
async function outcomeOf<T>(future: Future<T>): Promise<T> {
  await new Promise<void>((resolve) => future.addDoneCallback(() => resolve()));
  return await future.result();
}
