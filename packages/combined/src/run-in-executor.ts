import { cancellable, currentTask } from '@weft/async';
import { CancelledError, type Executor, type Future } from '@weft/core';
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
  let call: Future<Awaited<R>> | undefined;
  try {
    return await cancellable((signal) => {
      const view = executor.with({ signal });
      const carried = withContext(target, args);
      call =
        carried === undefined
          ? view.submit(target, ...args)
          : (view.submit(carried.target, ...carried.args) as Future<Awaited<R>>);
      return outcomeOf(call);
    });
  } catch (error) {
    const result = error instanceof CancelledError && call !== undefined ? await resultOf(call) : undefined;
    if (result === undefined) throw error;
    postpone(error as CancelledError);
    return result.value;
  }
}

// What was there before the call could be cancelled.
async function resultOf<T>(call: Future<T>): Promise<{ value: T } | undefined> {
  if (!call.done() || call.cancelled()) return undefined;
  return await call.result().then(
    (value) => ({ value }),
    () => undefined,
  );
}

// Has the current task's cancellation delivered at its next wait instead.
function postpone({ message }: CancelledError): void {
  const task = currentTask();
  if (task === undefined || task.cancelling() === 0) return;
  task.uncancel();
  task.cancel(message);
}

// Follows the future without a wait of its own: the current task's cancellation reaches it through the signal, and the
// call has ended, one way or the other, when the task goes on.
async function outcomeOf<T>(future: Future<T>): Promise<T> {
  await new Promise<void>((resolve) => future.addDoneCallback(() => resolve()));
  return await future.result();
}
