import { inspect } from 'node:util';
import { QueueFullError, TimeoutError } from '../errors.ts';
import type { Future } from '../future.ts';
import { interruptible } from '../interruptible.ts';
import { Deque } from './deque.ts';

/** How far a map goes ahead, how long it may take in milliseconds, and how to wait for room, where that is bounded. */
export interface MapLimits {
  buffersize: number;
  timeout: number;
  room: ((options: { timeout: number }) => Promise<void>) | undefined;
}

type Source<T> = { next(): IteratorResult<T> | Promise<IteratorResult<T>>; return?(): unknown };

/**
 * Submits a call for each item and gives the results in the items' order.
 *
 * Without a limit to the buffer, the items of a plain iterable are all submitted before this returns, and those of an
 * asynchronous one as they come.
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
  readonly #isAsync: boolean;
  readonly #pending = new Deque<Future<R>>();
  readonly #limits: MapLimits;
  readonly #end: number;
  #exhausted = false;
  /** An item that the executor had no room for. */
  #held: IteratorResult<T> | undefined;
  /** Ends when an asynchronous source has given its next item, and that has been submitted. It does not fail. */
  #reading: Promise<void> | undefined;
  /** Why there will be no more items, which the results before them come ahead of. */
  #failure: { error: unknown } | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(submit: (item: T) => Future<R>, items: Iterable<T> | AsyncIterable<T>, limits: MapLimits) {
    this.#submit = submit;
    this.#limits = limits;
    this.#end = performance.now() + limits.timeout;
    const given = items as Partial<AsyncIterable<T> & Iterable<T>> | null | undefined;
    this.#isAsync = given?.[Symbol.asyncIterator] !== undefined;
    if (!this.#isAsync && given?.[Symbol.iterator] === undefined)
      throw new TypeError(`Cannot map over ${inspect(items)}: it is not iterable`);
    this.#source = this.#isAsync
      ? (items as AsyncIterable<T>)[Symbol.asyncIterator]()
      : (items as Iterable<T>)[Symbol.iterator]();
    try {
      this.#fill();
    } catch (error) {
      // Nobody gets this map, so nobody else can call off what was submitted before the error.
      void this.#stop().catch(() => undefined);
      throw error;
    }
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

  [inspect.custom](): string {
    const rest = this.#exhausted ? 'no more items' : 'more items';
    return `OrderedMap { ${this.#pending.size} pending, ${rest} }`;
  }

  // A plain iterator answers at once, so its items are submitted without waiting for anybody to ask for results.
  #fill(): void {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) this.#take(held);
    if (this.#isAsync) this.#reading ??= this.#hasRoom() ? this.#read() : undefined;
    else while (this.#hasRoom()) this.#take(this.#source.next() as IteratorResult<T>);
  }

  async #read(): Promise<void> {
    try {
      // In a later turn, also if it throws: who called this notes first that the source is being read.
      const step = await Promise.resolve().then(() => this.#source.next());
      if (!this.#exhausted) this.#take(step);
    } catch (error) {
      this.#failure = { error };
    }
    this.#reading = undefined;
    if (this.#hasRoom()) this.#reading = this.#read();
  }

  async #room(): Promise<void> {
    try {
      await this.#limits.room?.({ timeout: this.#rest() });
    } catch (error) {
      throw error instanceof TimeoutError ? this.#late() : error;
    }
  }

  #rest(): number {
    return Math.max(0, this.#end - performance.now());
  }

  #late(): TimeoutError {
    return new TimeoutError('get every result', this.#limits.timeout);
  }

  #hasRoom(): boolean {
    if (this.#exhausted || this.#held !== undefined || this.#failure !== undefined) return false;
    return this.#pending.size < this.#limits.buffersize;
  }

  #take(step: IteratorResult<T>): void {
    if (step.done === true) {
      this.#exhausted = true;
      return;
    }
    try {
      this.#pending.pushBack(this.#submit(step.value));
    } catch (error) {
      // A bounded queue takes more when a result has come, or when others leave it.
      if (!(error instanceof QueueFullError) || (this.#pending.size === 0 && this.#limits.room === undefined))
        throw error;
      this.#held = step;
    }
  }

  async #next(): Promise<IteratorResult<R>> {
    try {
      this.#fill();
      while (this.#pending.size === 0 && (this.#reading !== undefined || this.#held !== undefined)) {
        // Where others have filled the queue, no result of this map will make room.
        await (this.#reading === undefined ? this.#room() : this.#inTime(this.#reading));
        this.#fill();
      }
      const future = this.#pending.popFront();
      if (future !== undefined) return { done: false, value: await this.#resultOf(future) };
      if (this.#failure !== undefined) throw this.#failure.error;
      return { done: true, value: undefined };
    } catch (error) {
      await this.#stop();
      throw error;
    }
  }

  #inTime(reading: Promise<void>): Promise<void> {
    return interruptible<void>(
      { timeout: this.#rest() },
      {
        action: 'get every result',
        begin: ({ resolve }) => {
          void reading.then(resolve);
          return () => true;
        },
        onTimeout: () => {
          throw this.#late();
        },
      },
    );
  }

  async #resultOf(future: Future<R>): Promise<R> {
    if (this.#limits.timeout === Infinity) return future;
    try {
      return await future.result({ timeout: this.#rest() });
    } catch (error) {
      // A task may throw a TimeoutError of its own.
      const late = !future.done();
      future.cancel();
      throw late && error instanceof TimeoutError ? this.#late() : error;
    }
  }

  async #stop(): Promise<void> {
    const wasOpen = !this.#exhausted;
    this.#exhausted = true;
    this.#held = undefined;
    this.#failure = undefined;
    for (let future = this.#pending.popBack(); future !== undefined; future = this.#pending.popBack()) future.cancel();
    if (!wasOpen) return;
    const closing = this.#source.return?.();
    // A source that is asked for an item closes when it has given that, which may be never.
    if (this.#reading === undefined) await closing;
  }
}
