import { inspect } from 'node:util';

import { QueueEmptyError, QueueFullError, QueueShutDownError, type WaitOptions } from '@weft/core';
import { Deque } from '@weft/core/lowlevel';

import { taskStore } from './internal/task-store.ts';
import { WaitList } from './internal/wait-list.ts';
import { parkWithin, refuse } from './internal/wait-limits.ts';
import { type Waiter, park } from './internal/waiter.ts';

const done: Promise<void> = Promise.resolve();
/** What a getter brings, so that it is told from a putter, which brings its item. */
const GETTER = Symbol('getter');

/**
 * Hands items from tasks to tasks, first in, first out.
 *
 * Getters and putters are served in arrival order. A `get` that is cancelled, aborted or out of time has taken no item,
 * a `put` has added none.
 *
 * A subclass may keep the items in another way by overriding `_init`, `_qsize`, `_put` and `_get`, as in Python.
 *
 * @see https://docs.python.org/3/library/asyncio-queue.html#asyncio.Queue
 * @example
 * const queue = new Queue<string>(100);
 * createTask(async () => {
 *   for await (const item of queue) console.log(item);
 * });
 * await queue.put('item');
 * queue.shutdown();
 */
export class Queue<T> {
  /** How many items it holds at most; 0 or less, any number. */
  maxsize: number;
  readonly #getters = new WaitList('to get an item');
  readonly #putters = new WaitList('to put an item');
  readonly #joiners = new WaitList('to join a queue');
  /** How many were woken and have not had their turn: an item or a place is kept for each. */
  #wokenGetters = 0;
  #wokenPutters = 0;
  #unfinished = 0;
  #shutdown = false;
  #items!: Deque<T>;

  /**
   * @param maxsize How many items it holds at most; 0 or less, any number.
   * @throws {TypeError} If `maxsize` is not a number.
   */
  constructor(maxsize = 0) {
    if (typeof maxsize !== 'number' || Number.isNaN(maxsize))
      throw new TypeError(`Cannot hold ${String(maxsize)} items at most: it must be a number`);
    this.maxsize = maxsize;
    this._init(maxsize);
  }

  /** How many items there are. */
  qsize(): number {
    return this._qsize();
  }

  /** Whether there is no item. */
  empty(): boolean {
    return this._qsize() === 0;
  }

  /** Whether there are `maxsize` items. */
  full(): boolean {
    return this.maxsize > 0 && this._qsize() >= this.maxsize;
  }

  /** How many items were put and not reported by {@link taskDone}. */
  get unfinishedTasks(): number {
    return this.#unfinished;
  }

  /** Whether it was shut down. */
  get isShutdown(): boolean {
    return this.#shutdown;
  }

  /**
   * Puts an item, once there is room.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @throws {QueueFullError} If there was no room in time.
   * @throws {QueueShutDownError} If the queue is shut down.
   */
  put(item: T, options?: WaitOptions): Promise<void> {
    // Without a bound a put never waits, so its timeout is not looked at.
    const refused = options === undefined ? undefined : refuse(options, this.maxsize > 0);
    if (refused) return refused;
    if (this.#shutdown) return Promise.reject(new QueueShutDownError());
    if (this.maxsize <= 0 || this._qsize() + this.#wokenPutters < this.maxsize) {
      try {
        this.#add(item);
      } catch (error) {
        return Promise.reject(error as Error);
      }
      return done;
    }
    const task = taskStore.getStore();
    return options ? parkWithin(task, this.#putters, this, item, options) : park(task, this.#putters, this, item);
  }

  /**
   * Puts an item without waiting.
   *
   * @throws {QueueFullError} If there is no room.
   * @throws {QueueShutDownError} If the queue is shut down.
   */
  putNowait(item: T): void {
    if (this.#shutdown) throw new QueueShutDownError();
    if (this.full()) throw new QueueFullError();
    this.#add(item);
  }

  /**
   * Takes an item, once there is one.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @throws {QueueEmptyError} If there was none in time.
   * @throws {QueueShutDownError} If the queue is shut down and empty.
   */
  get(options?: WaitOptions): Promise<T> {
    const refused = options === undefined ? undefined : refuse(options);
    if (refused) return refused;
    const size = this._qsize();
    if (size > this.#wokenGetters) {
      try {
        return Promise.resolve(this.#take());
      } catch (error) {
        return Promise.reject(error as Error);
      }
    }
    if (this.#shutdown && size === 0) return Promise.reject(new QueueShutDownError());
    const task = taskStore.getStore();
    return options ? parkWithin(task, this.#getters, this, GETTER, options) : park(task, this.#getters, this, GETTER);
  }

  /**
   * Takes an item without waiting.
   *
   * @throws {QueueEmptyError} If there is none.
   * @throws {QueueShutDownError} If the queue is shut down and empty.
   */
  getNowait(): T {
    if (this._qsize() > 0) return this.#take();
    throw this.#shutdown ? new QueueShutDownError() : new QueueEmptyError();
  }

  /**
   * Says that one item that was taken is worked off.
   *
   * @throws {RangeError} If that is said more often than items were put.
   */
  taskDone(): void {
    if (this.#unfinished <= 0)
      throw new RangeError('Cannot report a task done: as many were reported as items were put');
    this.#unfinished -= 1;
    if (this.#unfinished === 0) this.#joiners.resolveAll(undefined);
  }

  /**
   * Waits until every item that was put is reported by {@link taskDone}.
   *
   * @throws {TimeoutError} If that takes too long.
   */
  join(options?: WaitOptions): Promise<void> {
    const refused = options === undefined ? undefined : refuse(options);
    if (refused) return refused;
    if (this.#unfinished === 0) return done;
    return parkWithin(taskStore.getStore(), this.#joiners, undefined, undefined, options ?? {});
  }

  /**
   * Refuses every `put` from now on, and every `get` once the queue is empty; those who wait are woken.
   *
   * @param options `immediate` drops what is left in the queue, and counts it as done.
   */
  shutdown({ immediate = false }: { immediate?: boolean } = {}): void {
    this.#shutdown = true;
    if (immediate) {
      for (; this._qsize() > 0; this.#unfinished -= this.#unfinished > 0 ? 1 : 0) this._get();
      if (this.#unfinished === 0) this.#joiners.resolveAll(undefined);
    }
    this.#wakeGetters();
    while (this.#putters.head !== undefined) this.#wakePutter(this.#putters.head);
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

  [inspect.custom](): string {
    const parts = [`${this._qsize()}${this.maxsize > 0 ? ` of ${this.maxsize}` : ''} items`];
    if (this.#getters.size > 0) parts.push(`${this.#getters.size} getting`);
    if (this.#putters.size > 0) parts.push(`${this.#putters.size} putting`);
    if (this.#unfinished > 0) parts.push(`${this.#unfinished} unfinished`);
    if (this.#shutdown) parts.push('shut down');
    return `${this.constructor.name} { ${parts.join(', ')} }`;
  }

  /** Prepares the container; called by the constructor, before a subclass's own fields are initialised. */
  protected _init(_maxsize: number): void {
    this.#items = new Deque();
  }

  /** How many items the container holds. */
  protected _qsize(): number {
    return this.#items.size;
  }

  /** Adds an item to the container. */
  protected _put(item: T): void {
    this.#items.pushBack(item);
  }

  /** Takes an item from the container, which is not empty. */
  protected _get(): T {
    return this.#items.popFront() as T;
  }

  /** @internal A getter or putter that was woken looks again: somebody without patience may have been quicker. */
  _takeTurn(waiter: Waiter): void {
    try {
      if (waiter.payload === GETTER) this.#getAtLast(waiter);
      else this.#putAtLast(waiter);
    } catch (error) {
      waiter.fail(error);
      this.#wakeNext();
    }
  }

  /** @internal */
  _revoke(waiter: Waiter): void {
    if (waiter.payload === GETTER) this.#wokenGetters -= 1;
    else this.#wokenPutters -= 1;
    this.#wakeNext();
  }

  /** @internal */
  _expire(waiter: Waiter): void {
    waiter.reject(waiter.payload === GETTER ? new QueueEmptyError() : new QueueFullError());
  }

  #getAtLast(waiter: Waiter): void {
    this.#wokenGetters -= 1;
    if (this._qsize() > 0) waiter.payload = this.#take();
    else if (this.#shutdown) throw new QueueShutDownError();
    else {
      waiter.putBack(this.#getters);
      return;
    }
    waiter.resume();
  }

  #putAtLast(waiter: Waiter): void {
    this.#wokenPutters -= 1;
    if (this.#shutdown) throw new QueueShutDownError();
    if (this.full()) {
      waiter.putBack(this.#putters);
      return;
    }
    this.#add(waiter.payload as T);
    waiter.payload = undefined;
    waiter.resume();
    this.#wakeNext();
  }

  #add(item: T): void {
    this._put(item);
    this.#unfinished += 1;
    const getter = this.#getters.head;
    if (getter !== undefined && this._qsize() > this.#wokenGetters) this.#wakeGetter(getter);
  }

  #take(): T {
    const item = this._get();
    // A get may have come after the shutdown and waited for the last item, which was kept for another.
    if (this.#shutdown && this._qsize() === 0) this.#wakeGetters();
    const putter = this.#putters.head;
    if (putter !== undefined && this._qsize() + this.#wokenPutters < this.maxsize) this.#wakePutter(putter);
    return item;
  }

  /** Wakes whoever an item or a place is there for. */
  #wakeNext(): void {
    const getter = this.#getters.head;
    if (getter !== undefined && this._qsize() > this.#wokenGetters) this.#wakeGetter(getter);
    const putter = this.#putters.head;
    if (putter !== undefined && this._qsize() + this.#wokenPutters < this.maxsize) this.#wakePutter(putter);
  }

  #wakeGetter(getter: Waiter): void {
    this.#wokenGetters += 1;
    getter.wake();
  }

  #wakeGetters(): void {
    while (this.#getters.head !== undefined) this.#wakeGetter(this.#getters.head);
  }

  #wakePutter(putter: Waiter): void {
    this.#wokenPutters += 1;
    putter.wake();
  }
}
