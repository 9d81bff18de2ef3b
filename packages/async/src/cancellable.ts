import { deliverPending, ignore } from './internal/cancellation.ts';
import { PENDING, WOKEN } from './internal/ready-queue.ts';
import { taskStore } from './internal/task-store.ts';
import { WaitList } from './internal/wait-list.ts';
import { Waiter } from './internal/waiter.ts';
import type { Task } from './task.ts';

const foreign = new WaitList('for a foreign promise');

/**
 * Makes a wait that is not ours follow the cancellation of the current task.
 *
 * Given a function, it is passed a signal of its own; when the task is cancelled, the signal aborts, and the wait
 * throws the CancelledError once the operation has settled, whatever it settles to. Given a promise, the wait throws at
 * once and the promise is abandoned, since nothing can stop it.
 *
 * @param operation A promise, or a function that starts something which takes an AbortSignal.
 * @returns What the operation gives.
 * @example
 * const response = await cancellable((signal) => fetch(url, { signal }));
 */
export function cancellable<T>(operation: PromiseLike<T> | ((signal: AbortSignal) => PromiseLike<T>)): Promise<T> {
  const task = taskStore.getStore();
  const refused = deliverPending(task);
  if (typeof operation === 'function') return refused ?? follow(task, operation);
  const waiter = new Waiter<T>(task, undefined, undefined) as Waiter & Waiter<T>;
  if (refused === undefined) {
    foreign.push(waiter);
    task?._enter(waiter);
  }
  try {
    operation.then(
      (value) => waiter.resolve(value),
      (error: unknown) => waiter.reject(error),
    );
  } catch (error) {
    waiter.interrupt(error); // there is nothing to wait for
  }
  if (refused === undefined) return waiter.promise;
  waiter.promise.catch(ignore);
  return refused;
}

function follow<T>(task: Task | undefined, operation: (signal: AbortSignal) => PromiseLike<T>): Promise<T> {
  const waiter = new OperationWaiter<T>(task);
  let running: PromiseLike<T>;
  try {
    running = operation(waiter.abort.signal);
  } catch (error) {
    return Promise.reject(error as Error);
  }
  foreign.push(waiter as Waiter);
  task?._enter(waiter as Waiter);
  try {
    running.then(
      (value) => waiter.settle(false, value),
      (error: unknown) => waiter.settle(true, error),
    );
  } catch (error) {
    waiter.settle(true, error);
  }
  return waiter.promise;
}

/** Waits for an operation that has to be told to stop, and then for its end. */
class OperationWaiter<T> extends Waiter<T> {
  readonly abort = new AbortController();
  #cancelled: { readonly error: unknown } | undefined = undefined;

  constructor(task: Task | undefined) {
    super(task, undefined, undefined);
  }

  override interrupt(error: unknown): boolean {
    if (this.#cancelled !== undefined) return true; // it is on its way
    if (this.state === WOKEN) return super.interrupt(error);
    if (this.state !== PENDING) return false;
    this.#cancelled = { error };
    this.promise.catch(ignore);
    this.abort.abort(error);
    return true;
  }

  settle(failed: boolean, outcome: unknown): void {
    if (this.#cancelled !== undefined) this.reject(this.#cancelled.error);
    else if (failed) this.reject(outcome);
    else this.resolve(outcome as T);
  }
}
