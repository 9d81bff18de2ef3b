import { inspect } from 'node:util';

import { Guard, type WaitOptions } from '@weft/core';

import { taskStore } from './internal/task-store.ts';
import { WaitList } from './internal/wait-list.ts';
import { parkWithin, refuse } from './internal/wait-limits.ts';
import { type Waiter, park } from './internal/waiter.ts';

/**
 * Lets a limited number of tasks in at a time.
 *
 * Permits go to those who wait, in arrival order; a newcomer does not overtake one who was woken. Cancelling a waiter,
 * also one that was just given a permit, passes the permit on.
 *
 * @see https://docs.python.org/3/library/asyncio-sync.html#asyncio.Semaphore
 * @example
 * const connections = new Semaphore(10);
 * await connections.with(() => download(url));
 */
export class Semaphore {
  #free: number;
  /** How many waiters were given a permit and have not resumed yet. */
  #woken = 0;
  readonly #waiters = new WaitList('to acquire a permit');
  readonly #giveBack = (): void => this.release();

  /**
   * @param value How many permits there are at first.
   * @throws {RangeError} If it is no whole number of 0 or more, nor `Infinity`.
   */
  constructor(value = 1) {
    if (!isCount(value, 0))
      throw new RangeError(
        `Cannot make a semaphore with ${String(value)} permits: it must be a whole number of 0 or more`,
      );
    this.#free = value;
  }

  /**
   * Waits until there is a permit and takes it.
   *
   * If `signal` aborts, time runs out or the task is cancelled, no permit has been taken.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns A guard; disposing of it gives the permit back, once.
   * @throws {TimeoutError} If no permit came free in time.
   * @example
   * const semaphore = new Semaphore(10);
   * using permit = await semaphore.acquire();
   */
  acquire(options?: WaitOptions): Promise<Guard> {
    const refused = options === undefined ? undefined : refuse(options);
    if (refused) return refused;
    if (this.#take()) return Promise.resolve(new Guard(this.#giveBack));
    const task = taskStore.getStore();
    return options
      ? parkWithin(task, this.#waiters, this, undefined, options)
      : park(task, this.#waiters, this, undefined);
  }

  /** Takes a permit if there is one; `undefined` if there is none. */
  tryAcquire(): Guard | undefined {
    return this.#take() ? new Guard(this.#giveBack) : undefined;
  }

  /**
   * Gives permits back.
   *
   * @param n How many.
   * @throws {RangeError} If it is no whole number of 1 or more.
   */
  release(n = 1): void {
    if (!isCount(n, 1))
      throw new RangeError(`Cannot release ${String(n)} permits: it must be a whole number of 1 or more`);
    this.#free += n;
    this.#grant();
  }

  /** Whether an `acquire` would wait. */
  locked(): boolean {
    return this.#free === 0 || this.#woken > 0;
  }

  /** Calls a function while it holds a permit, and gives its result. */
  async with<T>(fn: () => PromiseLike<T> | T): Promise<T> {
    if (!this.#take()) await park(taskStore.getStore(), this.#waiters, this, undefined);
    try {
      return await fn();
    } finally {
      this.release();
    }
  }

  [inspect.custom](): string {
    const waiting = this.#waiters.size === 0 ? '' : `, ${this.#waiters.size} waiting`;
    return `${this.constructor.name} { ${this.#free} free${waiting} }`;
  }

  /** @internal How many permits are free. */
  get _free(): number {
    return this.#free;
  }

  /** @internal */
  _takeTurn(waiter: Waiter): void {
    this.#woken -= 1;
    if (this.#free >= 1) this.#grant(); // whoever came meanwhile went in line behind this one
    waiter.payload = new Guard(this.#giveBack);
    waiter.resume();
  }

  /** @internal */
  _revoke(): void {
    this.#woken -= 1;
    this.#free += 1;
    this.#grant();
  }

  #take(): boolean {
    if (this.#free < 1 || this.#woken > 0) return false;
    this.#free -= 1;
    return true;
  }

  #grant(): void {
    while (this.#free >= 1 && this.#waiters.head !== undefined) {
      this.#free -= 1;
      this.#woken += 1;
      this.#waiters.head.wake();
    }
  }
}

function isCount(value: number, least: number): boolean {
  return (Number.isInteger(value) || value === Infinity) && value >= least;
}
