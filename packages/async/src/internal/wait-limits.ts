import { TimeoutError, type WaitOptions } from '@weft/core';
import { checkTimeout } from '@weft/core/lowlevel';

import type { Task } from '../task.ts';
import { deliverPending } from './cancellation.ts';
import { PENDING } from './ready-queue.ts';
import { callAt } from './timer-queue.ts';
import type { WaitList } from './wait-list.ts';
import { type WaitSource, Waiter } from './waiter.ts';

/** The `timeout` and the `signal` of one wait. Only waits that were given some have one. */
export class WaitLimits {
  readonly #waiter: Waiter;
  readonly #signal: AbortSignal | undefined;
  readonly #stopTimer: (() => void) | undefined;

  constructor(waiter: Waiter, timeout: number, signal: AbortSignal | undefined) {
    this.#waiter = waiter;
    this.#signal = signal;
    this.#stopTimer =
      timeout === Infinity ? undefined : callAt(performance.now() + timeout, () => expire(waiter, timeout));
    signal?.addEventListener('abort', this);
  }

  /** Called by the signal. */
  handleEvent(): void {
    this.#waiter.interrupt(this.#signal?.reason);
  }

  clear(): void {
    this.#stopTimer?.();
    this.#signal?.removeEventListener('abort', this);
  }
}

function expire(waiter: Waiter, timeout: number): void {
  const { list, source } = waiter;
  if (waiter.state !== PENDING || list === undefined) return; // granted in time, resumes at its turn
  if (source?._expire === undefined) waiter.reject(new TimeoutError(list.action.replace(/^to /, ''), timeout));
  else source._expire(waiter, timeout);
}

/**
 * Says why a wait with these options must not begin.
 *
 * @returns A rejected promise, or `undefined` if nothing is against it.
 */
export function refuse(options: WaitOptions): Promise<never> | undefined {
  try {
    checkTimeout(options.timeout);
    options.signal?.throwIfAborted();
    return undefined;
  } catch (error) {
    return Promise.reject(error as Error);
  }
}

/** As `park`, but `timeout` and `signal` may end the wait. The options have been checked by {@link refuse}. */
export function parkWithin<T>(
  task: Task<unknown> | undefined,
  list: WaitList,
  source: WaitSource | undefined,
  payload: unknown,
  { timeout = Infinity, signal }: WaitOptions,
): Promise<T> {
  const refused = deliverPending(task);
  if (refused !== undefined) return refused;
  const waiter = new Waiter<T>(task, source, payload) as Waiter & Waiter<T>;
  list.push(waiter);
  if (timeout === 0) {
    expire(waiter, 0);
    return waiter.promise;
  }
  task?._enter(waiter);
  if (timeout !== Infinity || signal !== undefined) waiter.limits = new WaitLimits(waiter, timeout, signal);
  return waiter.promise;
}
