import { inspect } from 'node:util';
import { type WaitOptions, checkWait } from './duration.ts';
import { TimeoutError } from './errors.ts';
import type { Future } from './future.ts';
import { Deque } from './internal/deque.ts';
import { type Waiter, interruptible } from './interruptible.ts';
import { WAIT_FOR_FUTURES, futuresOf } from './wait.ts';

/**
 * Gives futures as they finish: those that are done first, the others in the order in which they finish.
 *
 * Leaving the loop early leaves nothing behind in the futures.
 *
 * @param futures Futures of any executors; one that occurs twice is given once.
 * @param options How long the whole loop may take, from this call on, and a signal that ends it.
 * @returns An iterable of the futures themselves, which are done and may have failed.
 * @throws {TypeError} If one of them is not a future.
 * @throws {TimeoutError} In the loop, if some are not done in time; what was ready has been given before.
 * @see https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.as_completed
 * @example
 * const futures = [1, 2, 3].map((x) => pool.submit(square, x));
 * for await (const future of asCompleted(futures)) console.log(await future);
 */
export function asCompleted<F extends Future>(
  futures: Iterable<F>,
  options: WaitOptions = {},
): AsyncIterableIterator<F> {
  const timeout = checkWait(options, WAIT_FOR_FUTURES);
  return new Completions(futuresOf(futures), timeout, options.signal);
}

// Not an async generator: that would await the futures that it yields, and give their results instead.
class Completions<F extends Future> implements AsyncIterableIterator<F> {
  readonly #rest: Set<F>;
  readonly #total: number;
  readonly #timeout: number;
  readonly #end: number;
  readonly #signal: AbortSignal | undefined;
  readonly #finished = new Deque<F>();
  readonly #waiters = new Deque<Waiter<void>>();

  constructor(futures: Set<F>, timeout: number, signal: AbortSignal | undefined) {
    this.#rest = futures;
    this.#total = futures.size;
    this.#timeout = timeout;
    this.#end = performance.now() + timeout;
    this.#signal = signal;
    for (const future of futures) if (future.done()) this.#finished.pushBack(future);
    for (const future of futures) if (!future.done()) future.addDoneCallback(this.#onDone);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<F>> {
    try {
      for (;;) {
        if (this.#rest.size === 0) return { done: true, value: undefined };
        const future = this.#finished.popFront();
        if (future === undefined) await this.#wait();
        else if (this.#rest.delete(future)) {
          // Whoever asked for more than there is waits no longer.
          if (this.#rest.size === 0) this.#leave();
          return { done: false, value: future };
        }
      }
    } catch (error) {
      this.#leave();
      throw error;
    }
  }

  async return(): Promise<IteratorResult<F>> {
    this.#leave();
    return { done: true, value: undefined };
  }

  [inspect.custom](): string {
    return `Completions { ${this.#rest.size} of ${this.#total} left }`;
  }

  readonly #onDone = (future: Future): void => {
    this.#finished.pushBack(future as F);
    this.#waiters.popFront()?.resolve();
  };

  #wait(): Promise<void> {
    const timeout = this.#end === Infinity ? Infinity : Math.max(0, this.#end - performance.now());
    return interruptible<void>(
      { timeout, signal: this.#signal },
      {
        action: WAIT_FOR_FUTURES,
        begin: (waiter) => {
          this.#waiters.pushBack(waiter);
          return () => this.#withdraw(waiter);
        },
        onTimeout: () => {
          throw new TimeoutError(
            `Cannot wait for ${this.#rest.size} (of ${this.#total}) futures within ${this.#timeout} ms`,
          );
        },
      },
    );
  }

  #withdraw(waiter: Waiter<void>): boolean {
    const others = [...this.#waiters].filter((other) => other !== waiter);
    if (others.length === this.#waiters.size) return false;
    this.#waiters.clear();
    for (const other of others) this.#waiters.pushBack(other);
    return true;
  }

  #leave(): void {
    for (const future of this.#rest) future.removeDoneCallback(this.#onDone);
    this.#rest.clear();
    for (let waiter = this.#waiters.popFront(); waiter !== undefined; waiter = this.#waiters.popFront())
      waiter.resolve();
  }
}
