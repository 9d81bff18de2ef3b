import { inspect } from 'node:util';

import { CancelledError, InvalidStateError, TimeoutError } from '@weft/core';

import { currentTask } from './current-task.ts';
import { cancelledError } from './internal/cancellation.ts';
import { callAt } from './internal/timer-queue.ts';
import { callNextTurn } from './internal/turn-queue.ts';
import type { Task } from './task.ts';

type TimeoutState = 'created' | 'active' | 'expiring' | 'expired' | 'finished';

/**
 * Ends what takes too long: when time runs out, the wait that `body` stands in throws a CancelledError, and once the
 * body has unwound, `timeout` throws a TimeoutError.
 *
 * @param delay In milliseconds, from now; `null` or `Infinity`, no limit.
 * @param body Is passed a handle to read and move the deadline.
 * @returns What the body returns.
 * @throws {TimeoutError} If time ran out; its `cause` is the CancelledError.
 * @throws {InvalidStateError} If the caller runs in no task.
 * @throws {RangeError} If `delay` is NaN or no number.
 * @see https://docs.python.org/3/library/asyncio-task.html#asyncio.timeout
 * @example
 * await timeout(500, async () => {
 *   await download(url);
 * });
 */
export function timeout<T>(delay: number | null, body: (timeout: Timeout) => PromiseLike<T> | T): Promise<T> {
  checkTime(delay);
  return new Timeout(delay === null ? null : performance.now() + delay, delay).run(body);
}

/**
 * As {@link timeout}, with a point in time.
 *
 * @param when On the clock of `performance.now()`; `null`, no limit.
 * @param body What is cancelled when the time has come; it is passed the handle.
 * @returns What `body` returns.
 * @see https://docs.python.org/3/library/asyncio-task.html#asyncio.timeout_at
 * @example
 * const deadline = performance.now() + 500;
 * await timeoutAt(deadline, () => download(url));
 */
export function timeoutAt<T>(when: number | null, body: (timeout: Timeout) => PromiseLike<T> | T): Promise<T> {
  return new Timeout(when).run(body);
}

/**
 * The handle of a {@link timeout}.
 *
 * @see https://docs.python.org/3/library/asyncio-task.html#asyncio.Timeout
 * @example
 * await timeout(500, async (handle) => {
 *   await download(url);
 *   handle.reschedule(null);
 *   console.log(handle.expired()); // false
 * });
 */
export class Timeout {
  #when: number | null;
  readonly #delay: number | null;
  #state: TimeoutState = 'created';
  #task: Task | undefined = undefined;
  #cancelsBefore = 0;
  #stop: (() => void) | undefined = undefined;
  /** What it cancels the task with. */
  #error: CancelledError | undefined = undefined;

  /**
   * @param when On the clock of `performance.now()`; `null`, no limit.
   * @param delay What the error says about it.
   */
  constructor(when: number | null, delay: number | null = null) {
    checkTime(when);
    this.#when = when === Infinity ? null : when;
    this.#delay = delay;
  }

  /** The deadline on the clock of `performance.now()`, `null` if there is none. */
  when(): number | null {
    return this.#when;
  }

  /** Whether time has run out. */
  expired(): boolean {
    return this.#state === 'expiring' || this.#state === 'expired';
  }

  /**
   * Moves the deadline.
   *
   * @param when On the clock of `performance.now()`; `null`, no limit.
   * @throws {InvalidStateError} If the body does not run, or time has run out.
   * @throws {RangeError} If `when` is NaN or no number.
   */
  reschedule(when: number | null): void {
    if (this.#state !== 'active') {
      const why = this.#state === 'created' ? 'it has not been entered' : `it is ${this.#state}`;
      throw new InvalidStateError(`Cannot reschedule the timeout: ${why}`);
    }
    checkTime(when);
    this.#when = when === Infinity ? null : when;
    this.#arm();
  }

  /** Runs the body under this timeout, once. */
  async run<T>(body: (timeout: Timeout) => PromiseLike<T> | T): Promise<T> {
    if (typeof body !== 'function')
      throw new TypeError(`Cannot run ${inspect(body)} within a timeout: it is not a function`);
    if (this.#state !== 'created') throw new InvalidStateError('Cannot enter the timeout: it has been entered already');
    const task = currentTask();
    if (task === undefined) throw new InvalidStateError('Cannot enter the timeout: the caller runs in no task');
    this.#state = 'active';
    this.#task = task;
    this.#cancelsBefore = task.cancelling();
    this.#arm();
    let result: T;
    try {
      result = await body(this);
    } catch (error) {
      throw this.#leave(task, error);
    }
    this.#leave(task, undefined);
    return result;
  }

  [inspect.custom](): string {
    const rest = this.#when === null ? 'no deadline' : `${Math.round(this.#when - performance.now())} ms left`;
    return `Timeout { ${this.#state}${this.#state === 'active' ? `, ${rest}` : ''} }`;
  }

  #arm(): void {
    this.#stop?.();
    this.#stop = undefined;
    if (this.#when === null) return;
    const expire = (): void => this.#expire();
    this.#stop = this.#when <= performance.now() ? callNextTurn(expire) : callAt(this.#when, expire);
  }

  #expire(): void {
    this.#stop = undefined;
    this.#state = 'expiring';
    this.#error = cancelledError();
    this.#task?._cancelWith(this.#error);
  }

  /** Takes the timeout's own cancellation back and says what to throw for `error`. */
  #leave(task: Task, error: unknown): unknown {
    this.#stop?.();
    this.#stop = undefined;
    if (this.#state !== 'expiring') {
      this.#state = 'finished';
      return error;
    }
    this.#state = 'expired';
    const own = task.uncancel() <= this.#cancelsBefore;
    // The body may have waited for foreign promises alone: no later wait is to throw.
    if (own && task._pending === this.#error) task._pending = undefined;
    if (!own || !(error instanceof CancelledError)) return error;
    const timedOut =
      this.#delay === null
        ? new TimeoutError('Cannot finish before the deadline')
        : new TimeoutError('finish', this.#delay);
    timedOut.cause = error;
    return timedOut;
  }
}

/**
 * Refuses what is no time: the timers would take it for one that is past, or be out of order.
 *
 * @internal
 */
export function checkTime(time: number | null): void {
  if (time !== null && (typeof time !== 'number' || Number.isNaN(time)))
    throw new RangeError(`Cannot set a timeout of ${String(time)} ms`);
}
