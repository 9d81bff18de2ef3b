import { inspect } from 'node:util';
import { BrokenProcessPoolError, Future, TimeoutError, type WaitOptions } from '@weft/core';
import { Deque, checkWait } from '@weft/core/lowlevel';
import { follow } from './pool-collect.ts';
import type { Feed, Feeds } from './pool-feeds.ts';
import { checkItems, isAsync } from './pool-items.ts';

type Source<T> = { next(): IteratorResult<T> | Promise<IteratorResult<T>>; return?(): unknown };

/** How an {@link ImapIterator} goes through its items. */
export interface ImapOptions<R> {
  /** Hands a chunk over. @param start How many items come before these. */
  submit(items: unknown[], start: number): Future<R[]>;
  chunksize: number;
  /** How many chunks are ahead of what was asked for, at most. */
  ahead: number;
  /** Those that have items left, of the same pool. */
  feeds: Feeds;
  /** Whether results come in the order of the items, or as they are done. */
  ordered: boolean;
}

/**
 * The results of `imap` and `imapUnordered`. It goes on after an error of a single item. Each call of `next` gets a
 * result of its own, also if several wait at once.
 *
 * It takes items as results are asked for. Once its pool is closed it goes through the rest of them by itself, as
 * Python's does, and the pool ends after the last one: whoever drops the iterator need not be waited for. One whose
 * items never end is to be left with `return`, which leaving a loop calls, or the pool to be terminated. Until its items
 * have been taken or it is left, the pool keeps it.
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
  /** How many items were handed over. */
  #taken = 0;
  #isExhausted = false;
  /** Whether nothing is to be done with what the items still give. */
  #isLeft = false;
  #filling: Promise<void> | undefined;
  readonly #filled = (): void => {
    this.#filling = undefined;
    this.#retire();
    // There may be room since the reader has looked.
    this.#fill();
    this.#arrived();
  };
  readonly #feed: Feed = { goOn: () => this.#fill(), end: () => this.#abandon() };
  /** For those who wait while there is no slot. */
  #arrival: Future<undefined> | undefined;

  constructor(items: Iterable<unknown> | AsyncIterable<unknown>, options: ImapOptions<R>) {
    this.#options = options;
    checkItems(items, true);
    this.#isAsync = isAsync(items);
    this.#source = this.#isAsync
      ? (items as AsyncIterable<unknown>)[Symbol.asyncIterator]()
      : (items as Iterable<unknown>)[Symbol.iterator]();
    options.feeds.add(this.#feed);
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
    const timeout = checkWait(options, 'get the result');
    const end = performance.now() + timeout;
    while (this.#at === this.#ready.length) {
      const slot = this.#slots.peekFront();
      if (slot?.done()) this.#take(slot);
      else if (slot === undefined && (this.#isExhausted || this.#filling === undefined))
        return { done: true, value: undefined };
      else await settled(slot ?? (this.#arrival ??= new Future()), options.signal, timeout, end);
    }
    const value = this.#ready[this.#at] as R;
    this.#at += 1;
    return { done: false, value };
  }

  /** Stops: what was not started is not made. */
  async return(): Promise<IteratorResult<R>> {
    const wasOpen = !this.#isExhausted;
    this.#isExhausted = true;
    this.#isLeft = true;
    for (const future of this.#submitted) future.cancel();
    this.#slots.clear();
    this.#ready = [];
    this.#at = 0;
    this.#arrived();
    this.#retire();
    if (wasOpen) await this.#source.return?.();
    return { done: true, value: undefined };
  }

  [inspect.custom](): string {
    const order = this.#options.ordered ? 'in order' : 'as they are done';
    return `ImapIterator { ${order}, ${this.#slots.size} chunks pending, ${this.#isExhausted ? 'no more items' : 'more items'} }`;
  }

  // In one step: whoever else waits for the next result then waits for the one after it.
  #take(slot: Future<R[]>): void {
    this.#slots.popFront();
    this.#ready = [];
    this.#at = 0;
    this.#fill();
    this.#ready = slot.resultSync();
  }

  // Those who wait for a slot look again.
  #arrived(): void {
    const arrival = this.#arrival;
    this.#arrival = undefined;
    arrival?.setResult(undefined);
  }

  // A plain iterator is read at once; an asynchronous one by one reader at a time.
  #fill(): void {
    if (!this.#isAsync) {
      this.#fillNow();
      this.#retire();
    } else if (this.#filling === undefined && this.#wantsMore) {
      this.#filling = this.#fillSlowly().finally(this.#filled);
    }
  }

  // Whoever waits for a closed pool may never ask for results: then what was not done yet counts.
  get #wantsMore(): boolean {
    const { feeds, ahead } = this.#options;
    return !this.#isExhausted && (feeds.isClosing ? this.#submitted.size : this.#slots.size) < ahead;
  }

  // After the last chunk was handed over: the pool may end.
  #retire(): void {
    if (this.#isExhausted) this.#options.feeds.remove(this.#feed);
  }

  #fillNow(): void {
    while (this.#wantsMore) {
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
    while (this.#wantsMore) {
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

  // Whoever waits for the next item would wait in vain.
  #abandon(): void {
    if (this.#isExhausted) return;
    this.#fail(new BrokenProcessPoolError('Cannot submit a task: the pool was terminated'));
    this.#isLeft = true;
    this.#leaveSource();
  }

  // The error of the items themselves comes in its place: behind every whole chunk before it.
  #fail(error: unknown): void {
    if (this.#isLeft) return;
    this.#isExhausted = true;
    const slot = new Future<R[]>();
    slot.setException(error);
    this.#push(slot);
  }

  #push(slot: Future<R[]>): void {
    this.#slots.pushBack(slot);
    this.#arrived();
  }

  // As a loop does that is left because of an error: what the items say to it does not matter any more.
  #leaveSource(): void {
    void (async () => this.#source.return?.())().catch(() => {});
  }

  #submit(items: unknown[]): void {
    if (items.length === 0 || this.#isLeft) return;
    let call: Future<R[]>;
    try {
      call = this.#options.submit(items, this.#taken);
    } catch (error) {
      this.#fail(error);
      this.#leaveSource();
      return;
    }
    this.#taken += items.length;
    this.#submitted.add(call);
    call.addDoneCallback(() => {
      this.#submitted.delete(call);
      if (this.#options.feeds.isClosing) this.#fill();
    });
    if (this.#options.ordered) {
      this.#push(call);
      return;
    }
    // Whichever chunk is done first fills the first slot that is not filled.
    const slot = new Future<R[]>();
    this.#push(slot);
    this.#open.push(slot);
    follow(
      call,
      (results) => this.#open.shift()?.setResult(results),
      (error) => this.#open.shift()?.setException(error),
    );
  }
}

/** Waits until a future is done, however it ends. */
async function settled(future: Future, signal: WaitOptions['signal'], timeout: number, end: number): Promise<void> {
  try {
    await future.result({ signal, timeout: Math.max(0, end - performance.now()) });
  } catch (error) {
    if (future.done()) return;
    throw error instanceof TimeoutError ? new TimeoutError('get the result', timeout) : error;
  }
}
