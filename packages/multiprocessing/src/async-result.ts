import { inspect } from 'node:util';
import { type WaitOptions, Future, TimeoutError } from '@weft/core';
import { checkWait } from '@weft/core/lowlevel';

/** What is called when a task of a pool is done. */
export interface Callbacks<T> {
  /** Called with the result. What it throws is reported, and changes nothing else. */
  callback?: ((result: T) => void) | undefined;
  /** Called with the error instead, if the task failed. */
  errorCallback?: ((error: unknown) => void) | undefined;
}

/**
 * The result of a task that a pool was given. It can be awaited.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.AsyncResult
 * @example
 * await using pool = new Pool(2);
 * const result = pool.applyAsync(sumOfSquares, [1000]);
 * console.log(await result.get({ timeout: 10_000 }), result.successful());
 */
export class AsyncResult<T> implements PromiseLike<T> {
  readonly #future: Future<T>;

  /** @param future Of the task. */
  constructor(future: Future<T>) {
    this.#future = future;
  }

  /**
   * Waits for the result.
   *
   * @param options How long to wait, and a signal that ends the wait. Neither stops the task.
   * @throws {TimeoutError} If the task has not finished in time.
   * @throws Whatever the task threw.
   */
  get(options: WaitOptions = {}): Promise<T> {
    return this.#future.result(options);
  }

  /**
   * Waits until the task is done, whether well or not.
   *
   * @param options How long to wait, and a signal that ends the wait.
   */
  async wait(options: WaitOptions = {}): Promise<void> {
    checkWait(options, 'wait for the result');
    try {
      await this.#future.exception(options);
    } catch (error) {
      if (options.signal?.aborted || (!(error instanceof TimeoutError) && !this.#future.done())) throw error;
    }
  }

  /** Whether the task is done. */
  ready(): boolean {
    return this.#future.done();
  }

  /**
   * Whether the task ended well.
   *
   * @throws {RangeError} If it is not done.
   */
  successful(): boolean {
    if (!this.ready()) throw new RangeError('Cannot tell whether the task succeeded: it is not done');
    return !this.#future.failed() && !this.#future.cancelled();
  }

  /** Waits for the result, as `await` does. */
  // oxlint-disable-next-line unicorn/no-thenable -- a result is awaited like a promise
  then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#future.then(onResult, onError);
  }

  [inspect.custom](): string {
    if (!this.ready()) return 'AsyncResult { pending }';
    return `AsyncResult { ${this.successful() ? 'successful' : 'failed'} }`;
  }
}
