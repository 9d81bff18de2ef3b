import { inspect } from 'node:util';
import { Guard, type Medium, type WaitOptions, fromWire, task, toWire } from '@weft/core';
import { NO_WAIT } from './internal/cell-memory.ts';
import { Cell } from './internal/cell.ts';
import { lockEvents } from './internal/diagnostics.ts';
import { SEMAPHORE } from './internal/kinds.ts';
import { createCell, receiveCell } from './internal/open-cell.ts';
import { AT_FREE, MAX_PERMITS, TAKEN_ABANDONED, TOO_MANY, acquire, release } from './internal/operations/semaphore.ts';
import { reap } from './internal/operations/waits.ts';
import { type Wait, park, parkSync } from './internal/parking.ts';

/**
 * A number of permits that processes share.
 *
 * Those who wait are served in arrival order. The permits of a process that died come back, as many as are missing from
 * the number at the start, with guards whose `abandoned` is true; what one took that ended in the normal way stays taken
 * until somebody releases it.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Semaphore
 * @example
 * const semaphore = new Semaphore(4);
 * using permit = await semaphore.acquire();
 */
export class Semaphore {
  static {
    task(import.meta, this);
  }
  readonly #cell: Cell;

  /**
   * @param value How many permits there are at first.
   * @throws {RangeError} If `value` is negative or above 2^31 - 1.
   */
  constructor(value: number | Cell = 1) {
    this.#cell = value instanceof Cell ? value : makeCell(value, false);
  }

  /**
   * Waits for a permit.
   *
   * If `signal` aborts or time runs out, no permit has been taken.
   *
   * @returns A guard; disposing it gives the permit back, once.
   * @throws {TimeoutError} If no permit came free in time.
   */
  acquire(options: WaitOptions = {}): Promise<Guard> {
    return park(options, this.#wait());
  }

  /** The same, blocking the thread. */
  acquireSync(options: { timeout?: number | undefined } = {}): Guard {
    return parkSync(options, this.#wait());
  }

  /** Takes a permit if one is free, without waiting; answers `undefined` if none is. */
  tryAcquire(): Guard | undefined {
    const state = this.#cell.run(acquire, 0, NO_WAIT);
    return state >= 0 ? this.#guard(state) : undefined;
  }

  /**
   * Gives permits back, or makes new ones.
   *
   * @param n How many.
   * @throws {RangeError} If `n` is below 1, or if there would be too many permits: then none is given back.
   */
  release(n = 1): void {
    if (!Number.isInteger(n) || n < 1 || n > MAX_PERMITS)
      throw new RangeError(`Cannot release ${n} permits: it must be a whole number from 1 on`);
    if (this.#cell.run(release, n) === TOO_MANY)
      throw new RangeError(`Cannot release ${n === 1 ? 'a permit' : `${n} permits`}: there would be too many`);
  }

  /** How many permits are free. */
  getValue(): number {
    if (this.#cell.load(AT_FREE) === 0) this.#cell.run(reap);
    return this.#cell.load(AT_FREE);
  }

  /** Whether no permit is free. */
  locked(): boolean {
    return this.getValue() === 0;
  }

  /** Runs `body` while it holds a permit. */
  async with<T>(body: () => T | PromiseLike<T>, options: WaitOptions = {}): Promise<T> {
    const guard = await this.acquire(options);
    try {
      return await body();
    } finally {
      guard[Symbol.dispose]();
    }
  }

  [inspect.custom](): string {
    return `${this.constructor.name} { ${this.getValue()} free }`;
  }

  [toWire](_medium: Medium): unknown {
    return this.#cell.send();
  }

  static [fromWire](name: string): Semaphore {
    return new this(receiveCell(name));
  }

  #wait(): Wait<Guard> {
    return {
      cell: this.#cell,
      subject: this,
      events: lockEvents,
      action: 'acquire a permit',
      begin: acquire,
      finish: (state) => this.#guard(state),
      passesOn: true,
    };
  }

  #guard(state: number): Guard {
    return new Guard(() => this.release(), state === TAKEN_ABANDONED);
  }
}

/** Makes the cell of a semaphore. */
export function makeCell(value: number, bounded: boolean): Cell {
  if (!Number.isInteger(value) || value < 0 || value > MAX_PERMITS) {
    throw new RangeError(
      `Cannot make a semaphore of ${value} permits: it must be a whole number from 0 to ${MAX_PERMITS}`,
    );
  }
  return createCell(SEMAPHORE, [value, value, Number(bounded)]);
}
