import { inspect } from 'node:util';
import { type Medium, QueueShutDownError, type WaitOptions, fromWire, task, toWire } from '@weft/core';
import { checkOptions } from '@weft/core/lowlevel';
import { Arena } from './internal/arena.ts';
import { type Order, Sequence } from './internal/order.ts';
import { QueueAccess } from './internal/queue-access.ts';
import { QueueCore } from './internal/queue-core.ts';
import { QUEUE_WORDS, Word } from './internal/queue-layout.ts';
import { SharedObject, type SharedState, adopt } from './internal/shared-object.ts';

/** @internal What a queue crosses with. */
export interface QueueState extends SharedState {
  items: SharedArrayBuffer;
}

/**
 * Hands items from threads to threads, first in, first out.
 *
 * An item may be any value that crosses, of any size. It crosses when it is put; a thread that takes out an object of its
 * own gets that object. Waiters, blocking and awaiting alike, are served in arrival order. An item that was meant for
 * a thread that dies before it takes it goes to the next.
 *
 * @see https://docs.python.org/3/library/queue.html#queue.Queue
 * @example
 * const queue = new Queue<string>(10);
 * await queue.put('page', { timeout: 500 });
 * queue.shutdown();
 * for await (const page of queue) crawl(page); // until the queue is shut down and empty
 */
export class Queue<T> extends SharedObject {
  static {
    task(import.meta, this);
  }
  readonly #core: QueueCore;
  readonly #access: QueueAccess<T>;

  /** @param maxsize How many items it holds at most; 0 or less, any number. */
  constructor(maxsize = 0) {
    super(QUEUE_WORDS * 4);
    if (typeof maxsize !== 'number' || Number.isNaN(maxsize))
      throw new TypeError(`Cannot make a queue of ${String(maxsize)} items: it must be a number`);
    const arena = new Arena(this.words, Word.Arena, (this.received as QueueState | undefined)?.items);
    this.#core = new QueueCore(this.words, arena, this.order(this.words, arena));
    this.#access = new QueueAccess(this.#core);
    if (this.isFresh) this.maxsize = maxsize;
  }

  /** @internal Which item comes next. Called by the constructor. */
  protected order(words: Int32Array, arena: Arena): Order {
    return new Sequence(words, arena, false);
  }

  /** How many items it holds at most; 0 or less, any number. May be changed; items that are there stay. */
  get maxsize(): number {
    return this.#core.read(Word.Maxsize);
  }

  set maxsize(maxsize: number) {
    if (typeof maxsize !== 'number' || Number.isNaN(maxsize))
      throw new TypeError(`Cannot hold ${String(maxsize)} items at most: it must be a number`);
    this.#core.lock();
    this.words[Word.Maxsize] = Math.min(Math.max(Math.ceil(maxsize), 0), 0x7fff_ffff);
    this.#core.promiseRoom();
    this.#core.unlock();
  }

  /** How many items there are, those included that a waiter is about to take. */
  qsize(): number {
    return this.#core.read(Word.Count);
  }

  /** Whether there are no items. */
  empty(): boolean {
    return this.qsize() === 0;
  }

  /** Whether there are `maxsize` items. */
  full(): boolean {
    return this.maxsize > 0 && this.qsize() >= this.maxsize;
  }

  /** How many items were put whose `taskDone` has not been called. */
  get unfinishedTasks(): number {
    return this.#core.read(Word.Unfinished);
  }

  /** Whether the queue was shut down. */
  get isShutdown(): boolean {
    return this.#core.read(Word.Shut) === 1;
  }

  /**
   * Puts an item, once there is room.
   *
   * If `signal` aborts or time runs out, it has not been put.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @throws {QueueFullError} If there was no room in time.
   * @throws {QueueShutDownError} If the queue is shut down.
   * @throws {TransferError} If the item cannot cross, with the path to what cannot.
   */
  put(item: T, options: WaitOptions = {}): Promise<void> {
    return this.#access.put(item, options);
  }

  /** Does the same as {@link put}, blocking the calling thread. */
  putSync(item: T, options: { timeout?: number } = {}): void {
    this.#access.putSync(item, options);
  }

  /** Puts an item at once, or throws {@link QueueFullError}. */
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
   * @throws {QueueShutDownError} If the queue is shut down, and empty.
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

  /**
   * Says that an item that was taken has been dealt with.
   *
   * @throws {RangeError} If that was said of every item already.
   */
  taskDone(): void {
    if (!this.#core.finishTask()) throw new RangeError('Cannot mark a task as done: no task is unfinished');
  }

  /**
   * Waits until `taskDone` was called for every item that was put.
   *
   * @throws {TimeoutError} If that did not happen in time.
   */
  join(options: WaitOptions = {}): Promise<void> {
    return this.#access.join(options);
  }

  /** Does the same as {@link join}, blocking the calling thread. */
  joinSync(options: { timeout?: number } = {}): void {
    this.#access.joinSync(options);
  }

  /**
   * Ends the queue: nothing can be put any more, and once it is empty, nothing got.
   *
   * @param options With `immediate`, the items that are there are thrown away.
   */
  shutdown(options: { immediate?: boolean } = {}): void {
    checkOptions('shut the queue down', options);
    this.#access.shutDown(options.immediate ?? false);
  }

  /** Takes items until the queue is shut down and empty. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      let item: T;
      try {
        item = await this.get();
      } catch (error) {
        if (error instanceof QueueShutDownError) return;
        throw error;
      }
      yield item;
    }
  }

  override [toWire](medium: Medium): unknown {
    return { ...(super[toWire](medium) as SharedState), items: this.#core.arena.buffer };
  }

  static [fromWire](state: QueueState): Queue<unknown> {
    return adopt(state, this, () => new this());
  }

  [inspect.custom](): string {
    const size = this.maxsize > 0 ? `${this.qsize()}/${this.maxsize}` : `${this.qsize()}`;
    return `${this.constructor.name} { ${size} items${this.isShutdown ? ', shut down' : ''} }`;
  }
}
