import { deliverPending } from './internal/cancellation.ts';
import { taskStore } from './internal/task-store.ts';
import { sleepUntil } from './internal/timer-queue.ts';
import { waitForTurn } from './internal/turn-queue.ts';
import { WaitList } from './internal/wait-list.ts';
import { Waiter } from './internal/waiter.ts';

const forever = new WaitList('for ever');

/**
 * Waits for some time. Never wakes early; all sleepers share one native timer.
 *
 * Cancelling the task ends the sleep and leaves no timer behind.
 *
 * @param delay In milliseconds. 0 or less lets everyone else, timers and I/O have a turn; `Infinity` never wakes.
 * @param result What the promise resolves to.
 * @returns A promise of `result`.
 * @throws {RangeError} If `delay` is NaN.
 * @see https://docs.python.org/3/library/asyncio-task.html#asyncio.sleep
 * @example
 * await sleep(1000);
 */
export function sleep<T = void>(delay: number, result?: T): Promise<T> {
  if (typeof delay !== 'number' || Number.isNaN(delay)) {
    return Promise.reject(new RangeError(`Cannot sleep for ${String(delay)} ms`));
  }
  const task = taskStore.getStore();
  const refused = deliverPending(task);
  if (refused !== undefined) return refused;
  const waiter = new Waiter<T>(task, undefined, result);
  const node = waiter as Waiter<unknown> & Waiter<T>;
  if (delay <= 0) waitForTurn(node);
  else if (delay === Infinity) forever.push(node);
  else sleepUntil(performance.now() + delay, node);
  task?._enter(node);
  return waiter.promise;
}
