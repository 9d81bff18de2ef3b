import { cancellable, currentTask } from '@weft/async';
import { CancelledError, type Executor, type Future, type Target } from '@weft/core';

/** Makes a call on an executor as part of the current task, whose end ends the call; context variables stay behind. */
export async function callOn(executor: Executor, target: Target, args: readonly unknown[]): Promise<unknown> {
  let call: Future<unknown> | undefined;
  try {
    return await cancellable((signal) => {
      call = executor.with({ signal }).submit(target, ...args);
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
