import { createTask } from '@weft/async';
import { type Target, type TargetReference, currentTaskSignal, loadTarget } from '@weft/core/lowlevel';

/**
 * Runs a function as a task of the worker's own event loop, so that cancelling the call ends its waits there and leaves
 * the worker to its other tasks: the target that an `AsyncPool` hands to its executor.
 *
 * @param call What to call the function with, so that errors name the places of its arguments; and where to find it.
 * @returns What it returns.
 */
export async function runAsTask(...call: [...args: unknown[], reference: TargetReference]): Promise<unknown> {
  // Asked for before anything is awaited: afterwards it is no longer certain whose turn it is.
  const signal = currentTaskSignal();
  const args = call.slice(0, -1);
  const target = (await loadTarget(call.at(-1) as TargetReference)) as Target;
  const task = createTask(async () => await target(...args), { name: target.name });
  const onAbort = (): void => void task.cancel();
  // It may have happened while the function was loaded.
  if (signal?.aborted) onAbort();
  else signal?.addEventListener('abort', onAbort);
  try {
    return await task;
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}
