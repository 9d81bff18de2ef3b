import { Future, type WaitOptions } from '@weft/core';
import { Deque } from '@weft/core/lowlevel';
import { follow } from './pool-collect.ts';

type Source<T> = { next(): IteratorResult<T> | Promise<IteratorResult<T>>; return?(): unknown };

/** How an {@link ImapIterator} goes through its items. */
export interface ImapOptions<R> {
  /** Hands a chunk over. */
  submit(items: unknown[]): Future<R[]>;
  chunksize: number;
  /** How many chunks are ahead of what was asked for, at most. */
  ahead: number;
  /** Whether results come in the order of the items, or as they are done. */
  ordered: boolean;
}

/**
 * The results of `imap` and `imapUnordered`. It goes on after an error of a single item.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool.imap
 * @example
 * await using pool = new Pool(2);
 * for await (const sum of pool.imap(sumOfSquares, [10, 100, 1000])) console.log(sum);
 */
export class ImapIterator<R> implements AsyncIterableIterator<R> {
  readonly #options: ImapOptions<R>;
  readonly #source: Source<unknown>;
  readonly #isAsync: boolean;
  /** What will be given, in this order: each is one chunk's results. */
  readonly #slots = new Deque<Future<R[]>>();
  readonly #open: Future<R[]>[] = [];
  readonly #submitted = new Set<Future<R[]>>();
  #ready: R[] = [];
  #at = 0;
  #isExhausted = false;
  #filling: Promise<void> | undefined;

  constructor(items: Iterable<unknown> | AsyncIterable<unknown>, options: ImapOptions<R>) {
    this.#options = options;
    this.#isAsync = (items as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] !== undefined;
    if (!this.#isAsync && (items as Partial<Iterable<unknown>>)[Symbol.iterator] === undefined) {
      throw new TypeError(`Cannot map over ${String(items)}: it is not iterable`);
    }
    this.#source = this.#isAsync
      ? (items as AsyncIterable<unknown>)[Symbol.asyncIterator]()
      : (items as Iterable<unknown>)[Symbol.iterator]();
    this.#fill();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * Waits for the next result.
   *
   * @param options How long to wait, and a signal that ends the wait: the result is still there for the next call.
   * @throws {TimeoutError} If it does not come in time.
   * @throws What the function threw for this item; the next call gives the next result.
   */
  async next(options: WaitOptions = {}): Promise<IteratorResult<R>> {
    while (this.#at === this.#ready.length) {
      const slot = this.#slots.peekFront();
      if (slot === undefined) {
        if (this.#filling === undefined) return { done: true, value: undefined };
        await this.#filling;
        continue;
      }
      await this.#take(slot, options);
    }
    const value = this.#ready[this.#at] as R;
    this.#at += 1;
    return { done: false, value };
  }

  /** Stops: what was not started is not made. */
  async return(): Promise<IteratorResult<R>> {
    const wasOpen = !this.#isExhausted;
    this.#isExhausted = true;
    for (const future of this.#submitted) future.cancel();
    this.#slots.clear();
    this.#ready = [];
    this.#at = 0;
    if (wasOpen) await this.#source.return?.();
    return { done: true, value: undefined };
  }

  async #take(slot: Future<R[]>, options: WaitOptions): Promise<void> {
    try {
      const results = await slot.result(options);
      if (this.#slots.peekFront() !== slot) return;
      this.#ready = results;
      this.#at = 0;
    } catch (error) {
      if (!slot.done() || this.#slots.peekFront() !== slot) throw error;
      this.#shift();
      throw error;
    }
    this.#shift();
  }

  #shift(): void {
    this.#slots.popFront();
    this.#fill();
  }

  // A plain iterator is read at once; an asynchronous one by one reader at a time.
  #fill(): void {
    if (this.#isAsync) this.#filling ??= this.#fillSlowly().finally(() => (this.#filling = undefined));
    else this.#fillNow();
  }

  #fillNow(): void {
    while (!this.#isExhausted && this.#slots.size < this.#options.ahead) {
      const items: unknown[] = [];
      try {
        while (items.length < this.#options.chunksize && !this.#isExhausted) {
          this.#accept(items, (this.#source as Iterator<unknown>).next());
        }
      } catch (error) {
        this.#fail(error);
        return;
      }
      this.#submit(items);
    }
  }

  async #fillSlowly(): Promise<void> {
    while (!this.#isExhausted && this.#slots.size < this.#options.ahead) {
      const items: unknown[] = [];
      try {
        while (items.length < this.#options.chunksize && !this.#isExhausted)
          this.#accept(items, await this.#source.next());
      } catch (error) {
        this.#fail(error);
        return;
      }
      this.#submit(items);
    }
  }

  #accept(items: unknown[], step: IteratorResult<unknown>): void {
    if (step.done === true) this.#isExhausted = true;
    else items.push(step.value);
  }

  // The error of the items themselves comes in its place: behind every whole chunk before it.
  #fail(error: unknown): void {
    this.#isExhausted = true;
    const slot = new Future<R[]>();
    slot.setException(error);
    this.#slots.pushBack(slot);
  }

  #submit(items: unknown[]): void {
    if (items.length === 0) return;
    let call: Future<R[]>;
    try {
      call = this.#options.submit(items);
    } catch (error) {
      this.#fail(error);
      return;
    }
    this.#submitted.add(call);
    call.addDoneCallback(() => this.#submitted.delete(call));
    if (this.#options.ordered) {
      this.#slots.pushBack(call);
      return;
    }
    // Whichever chunk is done first fills the first slot that is not filled.
    const slot = new Future<R[]>();
    this.#slots.pushBack(slot);
    this.#open.push(slot);
    follow(
      call,
      (results) => this.#open.shift()?.setResult(results),
      (error) => this.#open.shift()?.setException(error),
    );
  }
}
