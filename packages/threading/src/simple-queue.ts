import { inspect } from 'node:util';
import { type Medium, type WaitOptions, fromWire, task, toWire } from '@weft/core';
import { Arena } from './internal/arena.ts';
import { Sequence } from './internal/order.ts';
import { QueueAccess } from './internal/queue-access.ts';
import { QueueCore } from './internal/queue-core.ts';
import { QUEUE_WORDS, Word } from './internal/queue-layout.ts';
import { SharedObject, type SharedState, adopt } from './internal/shared-object.ts';
import type { QueueState } from './queue.ts';

/**
 * Hands items from threads to threads, first in, first out, and nothing else: it has no bound, no tasks, no end.
 *
 * @see https://docs.python.org/3/library/queue.html#queue.SimpleQueue
 * @example
 * const results = new SimpleQueue<number>();
 * results.putNowait(42);
 * const result = await results.get({ timeout: 500 });
 */
export class SimpleQueue<T> extends SharedObject {
  static {
    task(import.meta, this);
  }
  readonly #core: QueueCore;
  readonly #access: QueueAccess<T>;

  /** Makes an empty queue. */
  constructor() {
    super(QUEUE_WORDS * 4);
    const arena = new Arena(this.words, Word.Arena, (this.received as QueueState | undefined)?.items);
    this.#core = new QueueCore(this.words, arena, new Sequence(this.words, arena, false));
    this.#access = new QueueAccess(this.#core);
  }

  /** How many items there are. */
  qsize(): number {
    return this.#core.read(Word.Count);
  }

  /** Whether there are no items. */
  empty(): boolean {
    return this.qsize() === 0;
  }

  /**
   * Puts an item. It never waits; what is said of waiting is passed over.
   *
   * @throws {TransferError} If the item cannot cross, with the path to what cannot.
   */
  async put(item: T, _options?: WaitOptions): Promise<void> {
    this.#access.putNowait(item);
  }

  /** Puts an item. */
  putSync(item: T, _options?: { timeout?: number }): void {
    this.#access.putNowait(item);
  }

  /** Puts an item. */
  putNowait(item: T): void {
    this.#access.putNowait(item);
  }

  /**
   * Takes the next item, once there is one.
   *
   * If `signal` aborts or time runs out, none has been taken.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @throws {QueueEmptyError} If there was no item in time.
   */
  get(options: WaitOptions = {}): Promise<T> {
    return this.#access.get(options);
  }

  /** Does the same as {@link get}, blocking the calling thread. */
  getSync(options: { timeout?: number } = {}): T {
    return this.#access.getSync(options);
  }

  /** Takes an item at once, or throws {@link QueueEmptyError}. */
  getNowait(): T {
    return this.#access.getNowait();
  }

  override [toWire](medium: Medium): unknown {
    return { ...(super[toWire](medium) as SharedState), items: this.#core.arena.buffer };
  }

  static [fromWire](state: QueueState): SimpleQueue<unknown> {
    return adopt(state, this, () => new this());
  }

  [inspect.custom](): string {
    return `${this.constructor.name} { ${this.qsize()} items }`;
  }
}
