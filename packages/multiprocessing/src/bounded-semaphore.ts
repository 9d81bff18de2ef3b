import { task } from '@weft/core';
import { Cell } from './internal/cell.ts';
import { Semaphore, makeCell } from './semaphore.ts';

/**
 * A semaphore that never has more permits than at the start: releasing one too many is an error.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.BoundedSemaphore
 * @example
 * const semaphore = new BoundedSemaphore(4);
 * using permit = await semaphore.acquire();
 */
export class BoundedSemaphore extends Semaphore {
  static {
    task(import.meta, this);
  }

  /**
   * @param value How many permits there are at first, and at most.
   * @throws {RangeError} If `value` is negative or above 2^31 - 1.
   */
  constructor(value: number | Cell = 1) {
    super(value instanceof Cell ? value : makeCell(value, true));
  }
}
