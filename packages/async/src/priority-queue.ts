import { inspect } from 'node:util';

import { type Comparator, Heap } from '@weft/core/lowlevel';

import { compareAsPython } from './internal/compare.ts';
import { Queue } from './queue.ts';

/** How a priority queue orders its items. */
export interface PriorityQueueOptions<T> {
  /**
   * Which of two items comes first, as for `Array.prototype.sort`.
   *
   * @default numbers, texts, big integers and dates by size, arrays element by element
   */
  compare?: Comparator<T> | undefined;
}

/**
 * A {@link Queue} that gives the smallest item first; equal items come in no particular order.
 *
 * @see https://docs.python.org/3/library/asyncio-queue.html#asyncio.PriorityQueue
 * @example
 * const queue = new PriorityQueue<[priority: number, job: string]>();
 * queue.putNowait([2, 'later']);
 * queue.putNowait([1, 'first']);
 */
export class PriorityQueue<T> extends Queue<T> {
  readonly #items: Heap<T>;

  /**
   * @param maxsize How many items it holds at most; 0 or less, any number.
   * @throws {TypeError} If `maxsize` is not a number, or `compare` not a function.
   */
  constructor(maxsize = 0, { compare = compareAsPython }: PriorityQueueOptions<T> = {}) {
    if (typeof compare !== 'function')
      throw new TypeError(`Cannot compare items with ${inspect(compare)}: it is not a function`);
    super(maxsize);
    this.#items = new Heap<T>(compare);
  }

  protected override _init(): void {}

  protected override _qsize(): number {
    return this.#items.size;
  }

  protected override _put(item: T): void {
    this.#items.push(item);
  }

  protected override _get(): T {
    return this.#items.pop() as T;
  }
}
