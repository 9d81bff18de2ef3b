import { inspect } from 'node:util';

import { TimeoutError, type WaitOptions } from '@weft/core';
import { checkTimeout, keepAlive } from '@weft/core/lowlevel';

import type { Task } from '../task.ts';
import { deliverPending } from './cancellation.ts';
import { PENDING } from './ready-queue.ts';
import { callAt } from './timer-queue.ts';
import type { WaitList } from './wait-list.ts';
import { type WaitSource, Waiter, park } from './waiter.ts';

/** A wait that `timeout` or `signal` may end. Only waits that were given one are. */
class LimitedWaiter extends Waiter {
  #signal: AbortSignal | undefined;
  #stopTimer: (() => void) | undefined;
  #letGo: (() => void) | undefined;
  #timeout = Infinity;
  /** Time ran out when it had been woken: that counts if it was for nothing. */
  #late = false;

  limit(timeout: number, signal: AbortSignal | undefined): void {
    this.#signal = signal;
    this.#timeout = timeout;
    if (timeout !== Infinity) this.#stopTimer = callAt(performance.now() + timeout, () => this.#expire());
    if (signal === undefined) return;
    signal.addEventListener('abort', this);
    // Nobody can tell whether it will abort, and the timer of `AbortSignal.timeout` keeps no process alive.
    this.#letGo = keepAlive();
  }

  override putBack(list: WaitList): void {
    super.putBack(list);
    if (this.#late) expire(this, this.#timeout);
  }

  /** Called by the signal. */
  handleEvent(): void {
    this.interrupt(this.#signal?.reason);
  }

  override resume(): void {
    this.#unlimit();
    super.resume();
  }

  override fail(error: unknown): void {
    this.#unlimit();
    super.fail(error);
  }

  override interrupt(error: unknown): boolean {
    const taken = super.interrupt(error);
    if (taken) this.#unlimit();
    return taken;
  }

  #expire(): void {
    this.#late = true;
    expire(this, this.#timeout);
  }

  #unlimit(): void {
    this.#stopTimer?.();
    this.#signal?.removeEventListener('abort', this);
    this.#letGo?.();
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
 * @param timed Whether it looks at its `timeout`.
 * @returns A rejected promise, or `undefined` if nothing is against it.
 */
export function refuse(options: WaitOptions, timed = true): Promise<never> | undefined {
  try {
    if (typeof options !== 'object' || options === null)
      throw new TypeError(`Cannot wait with ${inspect(options)}: options must be an object`);
    const { timeout, signal } = options;
    if (timed) checkTimeout(timeout);
    if (signal === undefined) return undefined;
    if (typeof (signal as Partial<AbortSignal> | null)?.throwIfAborted !== 'function')
      throw new TypeError(`Cannot wait with signal = ${inspect(signal)}: it must be an AbortSignal`);
    signal.throwIfAborted();
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
  if (timeout === Infinity && signal === undefined) return park(task, list, source, payload);
  const refused = deliverPending(task);
  if (refused !== undefined) return refused;
  const waiter = new LimitedWaiter(task, source, payload);
  const promise = waiter.promise as Promise<T>;
  list.push(waiter);
  if (timeout === 0) {
    expire(waiter, 0);
    return promise;
  }
  task?._enter(waiter);
  waiter.limit(timeout, signal);
  return promise;
}
