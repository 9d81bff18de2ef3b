import { inspect } from 'node:util';
import type { Executor, Target } from '@weft/core';
import { callOn } from './internal/call-on.ts';
import { withContext } from './internal/with-context.ts';

/**
 * Calls a function on an executor and waits for its result, as part of the current task: cancelling the task, or running
 * out of its `timeout`, cancels the call. A queued call is dropped; a running one loses its worker, which is replaced.
 *
 * A result that is there in the instant of the cancelling is given, and the cancellation is delivered at the task's next
 * wait. Context variables travel with the call.
 *
 * @param executor A thread or process pool; it stays usable whatever happens to the call.
 * @param target An exported function.
 * @param args Its arguments, which must be able to cross.
 * @returns What the function returns.
 * @throws {TypeError} If `executor` is none.
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
  if (typeof (executor as Partial<Executor> | undefined)?.with !== 'function')
    throw new TypeError(`Cannot run a call on ${inspect(executor)}: it is not an executor`);
  const call = withContext(target as Target, args) ?? { target: target as Target, args };
  return (await callOn(executor, call.target, call.args)) as Awaited<R>;
}
