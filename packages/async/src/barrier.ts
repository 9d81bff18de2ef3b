import { inspect } from 'node:util';

import { BrokenBarrierError, type WaitOptions } from '@weft/core';
import { actNow, checkTimeout } from '@weft/core/lowlevel';

import { taskStore } from './internal/task-store.ts';
import { WaitList } from './internal/wait-list.ts';
import { parkWithin, refuse } from './internal/wait-limits.ts';

/** What a barrier does besides letting parties pass. */
export interface BarrierOptions {
  /**
   * Called once per round, before anybody passes. If it throws, the barrier breaks and the last party gets the error; a
   * promise that it returns is a `TypeError`.
   */
  action?: (() => unknown) | undefined;
  /**
   * How long a wait may last that has no timeout of its own, in milliseconds.
   *
   * @default Infinity
   */
  timeout?: number | undefined;
}

/**
 * Lets tasks pass only when a given number of them have come.
 *
 * All of a round are released together, in arrival order. Cancelling one that waits only lowers the count; one that
 * runs out of time breaks the barrier for everyone.
 *
 * @see https://docs.python.org/3/library/asyncio-sync.html#asyncio.Barrier
 * @example
 * const barrier = new Barrier(3);
 * await gather([1, 2, 3].map(() => async () => barrier.wait()));
 */
export class Barrier {
  readonly parties: number;
  readonly #action: (() => unknown) | undefined;
  readonly #timeout: number;
  readonly #waiters = new WaitList('at a barrier');
  #broken = false;

  /**
   * @param parties How many must come.
   * @throws {RangeError} If it is no whole number of 1 or more.
   */
  constructor(parties: number, { action, timeout }: BarrierOptions = {}) {
    if (!Number.isInteger(parties) || parties < 1)
      throw new RangeError(
        `Cannot make a barrier for ${String(parties)} parties: it must be a whole number of 1 or more`,
      );
    if (action !== undefined && typeof action !== 'function')
      throw new TypeError(`Cannot make a barrier with the action ${inspect(action)}: it is not a function`);
    this.parties = parties;
    this.#action = action;
    this.#timeout = checkTimeout(timeout);
  }

  /** How many wait. */
  get nWaiting(): number {
    return this.#waiters.size;
  }

  /** Whether it is broken: every wait then fails until it is reset. */
  get broken(): boolean {
    return this.#broken;
  }

  /**
   * Waits until all parties have come.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns The caller's place in the order of arrival, from 0 on; every party gets another one.
   * @throws {BrokenBarrierError} If the barrier is or becomes broken, or is reset.
   */
  wait(options: WaitOptions = {}): Promise<number> {
    const refused = refuse(options);
    if (refused) return refused;
    if (this.#broken) return Promise.reject(new BrokenBarrierError());
    const place = this.#waiters.size;
    if (place + 1 === this.parties) return this.#pass(place);
    const { timeout = this.#timeout, signal } = options;
    return parkWithin(taskStore.getStore(), this.#waiters, this, undefined, { timeout, signal });
  }

  /** Sends those who wait away with a BrokenBarrierError and makes the barrier work again. */
  reset(): void {
    this.#broken = false;
    this.#waiters.rejectAll(() => new BrokenBarrierError('Cannot pass the barrier: it was reset'));
  }

  /** Breaks it: those who wait and all who come get a BrokenBarrierError. */
  abort(): void {
    this.#broken = true;
    this.#waiters.rejectAll(() => new BrokenBarrierError());
  }

  [inspect.custom](): string {
    return `Barrier { ${this.#broken ? 'broken' : `${this.nWaiting} of ${this.parties} waiting`} }`;
  }

  /** @internal */
  _expire(): void {
    this.abort();
  }

  async #pass(place: number): Promise<number> {
    try {
      actNow(this.#action);
    } catch (error) {
      this.abort();
      throw error;
    }
    if (this.#broken) throw new BrokenBarrierError(); // by the action
    for (let each = 0; this.#waiters.head !== undefined; each += 1) this.#waiters.head.resolve(each);
    return place;
  }
}
