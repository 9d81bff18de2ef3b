import { inspect } from 'node:util';
import { InvalidStateError, type Medium, fromWire, task, toWire } from '@weft/core';
import { type TargetReference, checkOptions, describeTarget, loadTarget, loadTargetNow } from '@weft/core/lowlevel';
import type { Arena } from './internal/arena.ts';
import { compareNaturally } from './internal/compare.ts';
import type { Order } from './internal/order.ts';
import { Ranking } from './internal/ranking.ts';
import { adopt } from './internal/shared-object.ts';
import { Queue, type QueueState } from './queue.ts';

/** Says which of two items comes first: negative if `a` does, positive if `b` does, 0 if either may. */
export type Comparison<T> = (a: T, b: T) => number;

/** How a priority queue orders its items. */
export interface PriorityQueueOptions<T> {
  /**
   * Which of two items comes first, as for `Array.prototype.sort`: a number, at once. To cross to another thread it must be an exported
   * function. It must not use the queue.
   *
   * @default numbers, texts, big integers and dates by size, arrays element by element
   */
  compare?: Comparison<T> | undefined;
}

let pendingCompare: Comparison<never> | undefined;

/**
 * A {@link Queue} that gives the smallest item first; equal items come in no particular order.
 *
 * Items are compared when they are put and taken, as those who put them made them then. One that has no order beside those
 * that are there is refused when it is put.
 *
 * @see https://docs.python.org/3/library/queue.html#queue.PriorityQueue
 * @example
 * const jobs = new PriorityQueue<[priority: number, job: string]>();
 * jobs.putNowait([2, 'later']);
 * jobs.putNowait([1, 'first']);
 */
export class PriorityQueue<T> extends Queue<T> {
  static {
    task(import.meta, this);
  }
  readonly #compare: Comparison<T> | undefined;

  /**
   * @param maxsize How many items it holds at most; 0 or less, any number.
   * @throws {TypeError} If `maxsize` is not a number, or `compare` not a function.
   */
  constructor(maxsize = 0, options: PriorityQueueOptions<T> = {}) {
    checkOptions('make a queue', options);
    const { compare } = options;
    if (compare !== undefined && typeof compare !== 'function')
      throw new TypeError(`Cannot compare items with ${inspect(compare)}: it is not a function`);
    pendingCompare = compare;
    super(maxsize);
    this.#compare = compare;
  }

  /** @internal */
  protected override order(words: Int32Array, arena: Arena): Order {
    return new Ranking(words, arena, (pendingCompare as typeof compareNaturally | undefined) ?? compareNaturally);
  }

  override [toWire](medium: Medium): unknown {
    return { ...(super[toWire](medium) as QueueState), compare: this.#compare && describeTarget(this.#compare) };
  }

  static override [fromWire](state: QueueState & { compare?: TargetReference }): PriorityQueue<unknown> {
    const compare = state.compare && loadComparison(state.compare);
    return adopt(state, this, () => new this(0, { compare }));
  }
}

function loadComparison(reference: TargetReference): Comparison<unknown> {
  let found = (loadTargetNow(reference) ?? loadTarget(reference)) as Comparison<unknown> | Promise<Comparison<unknown>>;
  if (typeof found === 'object') {
    void found.then((loaded) => {
      found = loaded;
    });
  }
  return (a, b) => {
    if (typeof found === 'object')
      throw new InvalidStateError(`Cannot compare items yet: ${reference.module} is still being loaded`);
    return found(a, b);
  };
}
