import { task } from '@weft/core';
import type { Arena } from './internal/arena.ts';
import { type Order, Sequence } from './internal/order.ts';
import { Queue } from './queue.ts';

/**
 * A {@link Queue} that gives the latest item first.
 *
 * @see https://docs.python.org/3/library/queue.html#queue.LifoQueue
 * @example
 * const undo = new LifoQueue<string>();
 */
export class LifoQueue<T> extends Queue<T> {
  static {
    task(import.meta, this);
  }

  /** @internal */
  protected override order(words: Int32Array, arena: Arena): Order {
    return new Sequence(words, arena, true);
  }
}
