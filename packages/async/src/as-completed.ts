import { TimeoutError } from '@weft/core';
import { Deque, checkTimeout } from '@weft/core/lowlevel';

import { type Awaitable, checkAwaitable, ensureFuture } from './ensure-future.ts';
import type { Future, FutureObserver } from './future.ts';
import { WAITING } from './internal/future-state.ts';
import { taskStore } from './internal/task-store.ts';
import { WaitList } from './internal/wait-list.ts';
import { parkWithin } from './internal/wait-limits.ts';
import type { WaitSource } from './internal/waiter.ts';

/**
 * Gives futures in the order in which they get done; await each for its result.
 *
 * Leaving the loop cancels nothing, and a loop may be taken up again.
 *
 * @param awaitables Tasks and futures, which come out as they are, promises, or functions, which become tasks.
 * @param options `timeout` in milliseconds for all of them together.
 * @returns An iterable of the futures, each of which is done.
 * @throws {TimeoutError} From the loop, if time ran out before all were done; they run on.
 * @see https://docs.python.org/3/library/asyncio-task.html#asyncio.as_completed
 * @example
 * for await (const task of asCompleted([first, second])) console.log(await task);
 */
export function asCompleted<T>(
  awaitables: Iterable<Awaitable<T>>,
  { timeout }: { timeout?: number | undefined } = {},
): AsyncIterableIterator<Future<T>> {
  const limit = checkTimeout(timeout);
  const given = [...new Set(awaitables)];
  for (const awaitable of given) checkAwaitable(awaitable);
  return new Completions(
    given.map((awaitable) => ensureFuture(awaitable)),
    limit,
  );
}

// Not an async generator: `yield future` in one would await the future.
class Completions<T> implements AsyncIterableIterator<Future<T>>, FutureObserver, WaitSource {
  readonly _looks = false;
  readonly #done = new Deque<Future<T>>();
  readonly #watched: Set<Future<T>>;
  readonly #waiters = new WaitList('for the next of several futures');
  readonly #timeout: number;
  readonly #end: number;
  #late = false;

  constructor(futures: readonly Future<T>[], timeout: number) {
    this.#timeout = timeout;
    this.#end = performance.now() + timeout;
    this.#watched = new Set(futures.filter((future) => future._state === WAITING));
    for (const future of futures) if (future._state !== WAITING) this.#done.pushBack(future);
    for (const future of this.#watched) future._observe(this);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Future<T>, undefined>> {
    for (;;) {
      const future = this.#done.popFront();
      if (future !== undefined) return { done: false, value: future };
      if (this.#watched.size === 0) return { done: true, value: undefined };
      if (this.#late) throw new TimeoutError('get all results', this.#timeout);
      // There is a timer only while somebody waits: a loop that was left must not keep the process alive.
      const left = Math.max(Number.MIN_VALUE, this.#end - performance.now());
      await parkWithin(taskStore.getStore(), this.#waiters, this, undefined, { timeout: left });
    }
  }

  async return(): Promise<IteratorResult<Future<T>, undefined>> {
    return { done: true, value: undefined };
  }

  _settled(future: Future): void {
    if (this.#waiters.head === undefined && performance.now() >= this.#end) {
      this._expire();
      return;
    }
    this.#watched.delete(future as Future<T>);
    this.#done.pushBack(future as Future<T>);
    this.#waiters.resolveAll(undefined);
  }

  /** @internal */
  _expire(): void {
    this.#late = true;
    for (const future of this.#watched) future._unobserve(this);
    this.#waiters.resolveAll(undefined);
  }
}
