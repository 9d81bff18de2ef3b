import { CancelledError, TimeoutError } from '@weft/core';

import { type Awaitable, ensureFuture } from './ensure-future.ts';
import type { Future } from './future.ts';
import { taskStore } from './internal/task-store.ts';
import { checkTime, timeout } from './timeout.ts';

/**
 * Waits for something, but not longer than `delay`: then it is cancelled and, once it has ended, a TimeoutError is
 * thrown.
 *
 * @param awaitable A function, which runs in the caller's own task, a task or a promise.
 * @param delay In milliseconds; `null` or `Infinity`, no limit; 0 or less, only what is done already counts.
 * @returns What the awaitable gives.
 * @throws {TimeoutError} If time ran out; what its cleanup throws takes precedence.
 * @see https://docs.python.org/3/library/asyncio-task.html#asyncio.wait_for
 * @example
 * const queue = new Queue<string>();
 * queue.putNowait('item');
 * const item = await waitFor(() => queue.get(), 500);
 */
export async function waitFor<T>(awaitable: Awaitable<T>, delay: number | null): Promise<T> {
  checkTime(delay);
  if (delay !== null && delay <= 0) return endNow(ensureFuture(awaitable), delay);
  return timeout(delay, () => follow(awaitable));
}

async function follow<T>(awaitable: Awaitable<T>): Promise<T> {
  if (typeof awaitable === 'function') return awaitable();
  return ensureFuture(awaitable);
}

async function endNow<T>(future: Future<T>, delay: number): Promise<T> {
  if (future.done()) return future.result();
  const task = taskStore.getStore();
  const cancelsBefore = task?.cancelling();
  future.cancel();
  try {
    return await future;
  } catch (cause) {
    if (!(cause instanceof CancelledError) || task?.cancelling() !== cancelsBefore) throw cause;
    const timedOut = new TimeoutError('finish', Math.max(0, delay));
    timedOut.cause = cause;
    throw timedOut;
  }
}
