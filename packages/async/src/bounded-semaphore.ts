import { Semaphore } from './semaphore.ts';

/**
 * A {@link Semaphore} that refuses to be released more often than it was acquired.
 *
 * @see https://docs.python.org/3/library/asyncio-sync.html#asyncio.BoundedSemaphore
 * @example
 * const connections = new BoundedSemaphore(10);
 * await connections.with(() => query());
 */
export class BoundedSemaphore extends Semaphore {
  readonly #bound: number;

  /** @param value How many permits there are at first, and at most. */
  constructor(value = 1) {
    super(value);
    this.#bound = value;
  }

  /**
   * Gives permits back.
   *
   * @throws {RangeError} If there would be more than at first; nothing is released then.
   */
  override release(n = 1): void {
    if (n >= 1 && this._free + n > this.#bound) {
      throw new RangeError(`Cannot release ${n} permits: ${this._free} of at most ${this.#bound} are free already`);
    }
    super.release(n);
  }
}
