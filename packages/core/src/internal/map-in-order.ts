import { QueueFullError, TimeoutError } from '../errors.ts';
import type { Future } from '../future.ts';
import { Deque } from './deque.ts';

/** How far a map goes ahead, and how long it may take in milliseconds. */
export interface MapLimits {
  buffersize: number;
  timeout: number;
}

type Source<T> = { next(): IteratorResult<T> | Promise<IteratorResult<T>>; return?(): unknown };

/**
 * Submits a call for each item and gives the results in the items' order.
 *
 * Without a limit to the buffer, the items of a plain iterable are all submitted before this returns.
 */
export function mapInOrder<T, R>(
  submit: (item: T) => Future<R>,
  items: Iterable<T> | AsyncIterable<T>,
  limits: MapLimits,
): AsyncIterableIterator<R> {
  return new OrderedMap(submit, items, limits);
}

class OrderedMap<T, R> implements AsyncIterableIterator<R> {
  readonly #submit: (item: T) => Future<R>;
  readonly #source: Source<T>;
  readonly #pending = new Deque<Future<R>>();
  readonly #limits: MapLimits;
  readonly #end: number;
  #exhausted = false;
  /** An item that the executor had no room for. */
  #held: IteratorResult<T> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(submit: (item: T) => Future<R>, items: Iterable<T> | AsyncIterable<T>, limits: MapLimits) {
    this.#submit = submit;
    this.#limits = limits;
    this.#end = performance.now() + limits.timeout;
    const isAsync = (items as Partial<AsyncIterable<T>>)[Symbol.asyncIterator] !== undefined;
    if (!isAsync && (items as Partial<Iterable<T>>)[Symbol.iterator] === undefined) {
      throw new TypeError(`Cannot map over ${String(items)}: it is not iterable`);
    }
    this.#source = isAsync
      ? (items as AsyncIterable<T>)[Symbol.asyncIterator]()
      : (items as Iterable<T>)[Symbol.iterator]();
    if (!isAsync) this.#fillNow();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<R>> {
    const turn = this.#turn.then(() => this.#next());
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async return(): Promise<IteratorResult<R>> {
    await this.#stop();
    return { done: true, value: undefined };
  }

  // A plain iterator answers at once, so its items are submitted without waiting for anybody to ask for results.
  #fillNow(): void {
    while (this.#hasRoom()) this.#take(this.#source.next() as IteratorResult<T>);
  }

  async #fill(): Promise<void> {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#take(held);
    while (this.#hasRoom()) this.#take(await this.#source.next());
  }

  #hasRoom(): boolean {
    return !this.#exhausted && this.#held === undefined && this.#pending.size < this.#limits.buffersize;
  }

  #take(step: IteratorResult<T>): void {
    if (step.done === true) {
      this.#exhausted = true;
      return;
    }
    try {
      this.#pending.pushBack(this.#submit(step.value));
    } catch (error) {
      // A bounded queue takes more when a result has come.
      if (!(error instanceof QueueFullError) || this.#pending.size === 0) throw error;
      this.#held = step;
    }
  }

  async #next(): Promise<IteratorResult<R>> {
    try {
      await this.#fill();
      const future = this.#pending.popFront();
      if (future === undefined) return { done: true, value: undefined };
      return { done: false, value: await this.#resultOf(future) };
    } catch (error) {
      await this.#stop();
      throw error;
    }
  }

  async #resultOf(future: Future<R>): Promise<R> {
    if (this.#limits.timeout === Infinity) return future;
    try {
      return await future.result({ timeout: Math.max(0, this.#end - performance.now()) });
    } catch (error) {
      // A task may throw a TimeoutError of its own.
      const late = !future.done();
      future.cancel();
      throw late && error instanceof TimeoutError ? new TimeoutError('get every result', this.#limits.timeout) : error;
    }
  }

  async #stop(): Promise<void> {
    const wasOpen = !this.#exhausted;
    this.#exhausted = true;
    this.#held = undefined;
    for (let future = this.#pending.popBack(); future !== undefined; future = this.#pending.popBack()) future.cancel();
    if (wasOpen) await this.#source.return?.();
  }
}
