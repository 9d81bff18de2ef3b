import { inspect } from 'node:util';
import { Guard, TimeoutError, type WaitOptions, fromWire, task } from '@weft/core';
import { checkWait } from '@weft/core/lowlevel';
import { GATE_WORDS } from './internal/gate.ts';
import { Permits } from './internal/permits.ts';
import { SharedObject, type SharedState, adopt } from './internal/shared-object.ts';
import { awaitFor, blockFor, timedOut } from './internal/turn.ts';

const MAX_VALUE = 0x3fff_ffff;

/**
 * Counts permits: each `acquire` takes one and waits if there is none, each `release` gives one back.
 *
 * Waiters, blocking and awaiting alike, are served in arrival order, across all threads. A permit belongs to nobody:
 * any thread may release, so what a thread took is not given back for it when it dies; what it was about to take is.
 *
 * @see https://docs.python.org/3/library/threading.html#threading.Semaphore
 * @example
 * const connections = new Semaphore(5);
 * using permit = await connections.acquire({ timeout: 500 });
 */
export class Semaphore extends SharedObject {
  static {
    task(import.meta, this);
  }
  /** @internal */
  protected readonly permits: Permits;
  readonly #release = (): void => this.release();

  /**
   * @param value How many permits there are at first.
   * @throws {RangeError} If `value` is not a whole number of 0 or more.
   */
  constructor(value = 1) {
    super(GATE_WORDS * 4);
    this.permits = new Permits(this.words);
    if (!Number.isInteger(value) || value < 0 || value > MAX_VALUE) {
      throw new RangeError(
        `Cannot make a semaphore of ${value} permits: it must be a whole number from 0 to ${MAX_VALUE}`,
      );
    }
    this.start(value);
  }

  /** @internal Sets the first value, unless the memory has one already. */
  protected start(value: number): void {
    if (this.isFresh) this.permits.value = value;
  }

  /**
   * Waits for a permit.
   *
   * If `signal` aborts or time runs out, no permit has been taken.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns A guard; disposing it releases the permit, once.
   * @throws {TimeoutError} If no permit came free in time.
   */
  async acquire(options: WaitOptions = {}): Promise<Guard> {
    const timeout = checkWait(options, this.permits.action);
    options.signal?.throwIfAborted();
    if (!this.permits.tryTake()) {
      if (timeout === 0) throw new TimeoutError(this.permits.action, 0);
      await awaitFor(this.permits, options);
    }
    return new Guard(this.#release);
  }

  /** Does the same as {@link acquire}, blocking the calling thread. */
  acquireSync(options: { timeout?: number } = {}): Guard {
    const timeout = checkWait(options, this.permits.action);
    if (!this.permits.tryTake() && (timeout === 0 || blockFor(this.permits, timeout) === timedOut)) {
      throw new TimeoutError(this.permits.action, timeout);
    }
    return new Guard(this.#release);
  }

  /** Takes a permit if one is free and nobody waits for it. */
  tryAcquire(): Guard | undefined {
    return this.permits.tryTake() ? new Guard(this.#release) : undefined;
  }

  /**
   * Gives permits back, to the first waiters if there are any.
   *
   * @param n How many.
   * @throws {RangeError} If `n` is not a whole number above 0.
   */
  release(n = 1): void {
    if (!Number.isInteger(n) || n < 1)
      throw new RangeError(`Cannot release ${n} permits: it must be a whole number of 1 or more`);
    if (!this.permits.give(n, this.bound())) {
      throw new RangeError(
        `Cannot release ${n === 1 ? 'a permit' : `${n} permits`}: there would be more than ${this.bound()}`,
      );
    }
  }

  /** Whether no permit is free. */
  locked(): boolean {
    return this.permits.value === 0;
  }

  /** How many permits are free. */
  get value(): number {
    return this.permits.value;
  }

  /** Runs a function with a permit, and gives that back whatever becomes of it. */
  async with<T>(body: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    using _permit = await this.acquire(options);
    return await body();
  }

  /** @internal How many permits may be free at most. */
  protected bound(): number {
    return MAX_VALUE;
  }

  static [fromWire](state: SharedState): Semaphore {
    return adopt(state, this, () => new this());
  }

  [inspect.custom](): string {
    return `${this.constructor.name} { ${this.value} }`;
  }
}
