import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';
import { ambientTask } from './ambient.ts';
import { type WaitOptions, checkWait } from './duration.ts';
import { CancelledError, InvalidStateError, TimeoutError } from './errors.ts';
import { type Waiter, interruptible } from './interruptible.ts';
import { followProgress } from './progress.ts';

interface DoneCallback<F> {
  callback(future: F): void;
  /** Calls a function in the async context in which the callback was added. */
  within(run: () => void): void;
}

/** What a future is doing: `notified` is a cancelled one whose executor has seen that. */
export type FutureState = 'pending' | 'running' | 'cancelled' | 'notified' | 'finished';

/** How an executor follows the futures that it made. */
export interface FutureDriver<T> {
  /** Takes a task back before it starts. It answers `false` if the task runs already. */
  withdraw(future: Future<T>): boolean;
  /** Whether the task runs, where the future itself was not told. */
  isRunning?(future: Future<T>): boolean;
  /** Blocks this thread until the future is done or `timeout` milliseconds have passed. */
  waitSync?(future: Future<T>, timeout: number): void;
}

/**
 * The result of a call that may not have happened yet.
 *
 * It can be awaited like a promise. One that fails while nobody looks does not end the process.
 *
 * @see https://docs.python.org/3/library/concurrent.futures.html#future-objects
 * @example
 * const future = pool.submit(square, 3);
 * future.addDoneCallback((done) => console.log(done));
 * console.log(await future); // 9
 */
export class Future<T = unknown> implements PromiseLike<T> {
  #state: FutureState = 'pending';
  #failed = false;
  #outcome: unknown = undefined;
  /** Made for the first who awaits it outside of tasks. */
  #promise: Promise<T> | undefined;
  #resolvePromise: Resolve | undefined;
  #waiters: Waiter<void>[] | undefined;
  #callbacks: DoneCallback<this>[] | undefined;
  readonly #driver: FutureDriver<T> | undefined;

  /** @param driver How to take the task back and to wait for it; executors give it. */
  constructor(driver?: FutureDriver<T>) {
    this.#driver = driver;
  }

  /** Whether it was cancelled before it ran. */
  cancelled(): boolean {
    return this.#state === 'cancelled' || this.#state === 'notified';
  }

  /** Whether the call is being made right now. */
  running(): boolean {
    return this.#state === 'running' || (this.#state === 'pending' && this.#driver?.isRunning?.(this) === true);
  }

  /** Whether it finished or was cancelled. */
  done(): boolean {
    return this.#state !== 'pending' && this.#state !== 'running';
  }

  /** Whether the call was made and threw. */
  failed(): boolean {
    return this.#failed;
  }

  /**
   * Cancels the call if it has not started.
   *
   * @returns Whether it is cancelled now; `false` if it runs or has finished.
   */
  cancel(): boolean {
    if (this.cancelled()) return true;
    if (this.#state !== 'pending') return false;
    if (this.#driver !== undefined && !this.#driver.withdraw(this)) return false;
    this.#state = 'cancelled';
    this.#settle();
    return true;
  }

  /**
   * Waits for the result.
   *
   * @param options How long to wait, and a signal that ends the wait. Neither stops the call.
   * @returns What the call returned.
   * @throws {TimeoutError} If the call has not finished in time.
   * @throws {CancelledError} If it was cancelled.
   * @throws Whatever the call threw.
   */
  async result(options: WaitOptions = {}): Promise<T> {
    await this.#wait(options);
    return this.#read();
  }

  /**
   * Blocks this thread until the result is there. Only futures of executors that work on other threads can do so.
   *
   * @param options How long to wait, in milliseconds; for ever if left out.
   * @returns What the call returned.
   * @throws {TimeoutError} If the call has not finished in time.
   * @throws {InvalidStateError} If nothing but this thread could finish the call.
   */
  resultSync(options: { timeout?: number | undefined } = {}): T {
    const limit = checkWait(options, 'get the result');
    if (!this.done()) {
      if (this.#driver?.waitSync === undefined) {
        throw new InvalidStateError('Cannot block for the result: only this thread can bring it; await it instead');
      }
      if (limit > 0) this.#driver.waitSync(this, limit);
      if (!this.done()) throw new TimeoutError('get the result', limit);
    }
    return this.#read();
  }

  /**
   * Waits for the call to finish and tells how it failed.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns What the call threw, or `undefined` if it succeeded.
   * @throws {TimeoutError} If the call has not finished in time.
   * @throws {CancelledError} If it was cancelled.
   */
  async exception(options: WaitOptions = {}): Promise<unknown> {
    await this.#wait(options);
    if (this.cancelled()) throw new CancelledError('The call was cancelled');
    return this.#failed ? this.#outcome : undefined;
  }

  /**
   * Calls back when the call is finished or cancelled: at once if it is already. Callbacks run in the order in which
   * they were added; what one throws is reported and does not stop the others.
   *
   * @param callback Called with this future.
   */
  addDoneCallback(callback: (future: this) => void): void {
    if (typeof callback !== 'function')
      throw new TypeError(`Cannot call back ${String(callback)}: it is not a function`);
    if (this.done()) this.#call(callback);
    else (this.#callbacks ??= []).push({ callback, within: AsyncLocalStorage.snapshot() });
  }

  /** Takes a callback away that has not run. It is no error if it is not there. */
  removeDoneCallback(callback: (future: this) => void): void {
    const at = this.#callbacks?.findIndex((added) => added.callback === callback) ?? -1;
    if (at >= 0) this.#callbacks?.splice(at, 1);
  }

  /**
   * Calls back with each value that the running task reports through `reportProgress`.
   *
   * @param callback Called with the value; what it throws is reported and does no harm.
   */
  addProgressCallback(callback: (value: unknown) => void): void {
    if (typeof callback !== 'function')
      throw new TypeError(`Cannot call back ${String(callback)}: it is not a function`);
    followProgress(this, AsyncLocalStorage.bind(callback));
  }

  /**
   * Marks the call as started. For executors.
   *
   * @returns `false` if it was cancelled and must not be made.
   * @throws {InvalidStateError} If it runs or has finished already.
   */
  setRunningOrNotifyCancel(): boolean {
    if (this.#state === 'pending') {
      this.#state = 'running';
      return true;
    }
    if (this.#state !== 'cancelled') throw this.#unexpected('start the call');
    this.#state = 'notified';
    return false;
  }

  /**
   * Finishes the call with a result. For executors.
   *
   * @throws {InvalidStateError} If it is done already.
   */
  setResult(value: T): void {
    if (this.done()) throw this.#unexpected('set the result');
    this.#finish(value, false);
  }

  /**
   * Finishes the call with an error, which may be any value, `undefined` too. For executors.
   *
   * @throws {InvalidStateError} If it is done already.
   */
  setException(error: unknown): void {
    if (this.done()) throw this.#unexpected('set the error');
    this.#finish(error, true);
  }

  /** Waits for the result, as `await` does. */
  // oxlint-disable-next-line unicorn/no-thenable -- a future is awaited like a promise
  then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    // In a task, cancelling the task ends the wait. Elsewhere nothing can: a bare promise will do, which is far cheaper.
    const promise = ambientTask() === undefined ? (this.#promise ??= this.#makePromise()) : this.result();
    return promise.then(onResult, onError);
  }

  [inspect.custom](): string {
    if (this.#state !== 'finished')
      return `${this.constructor.name} { ${this.cancelled() ? 'cancelled' : this.#state} }`;
    const outcome = this.#failed ? `raised ${nameOf(this.#outcome)}` : `returned ${nameOf(this.#outcome)}`;
    return `${this.constructor.name} { finished, ${outcome} }`;
  }

  #wait(options: WaitOptions): Promise<void> | undefined {
    const limit = checkWait(options, 'get the result');
    if (this.done()) return undefined;
    if (options.signal?.aborted) return Promise.reject(options.signal.reason as Error);
    if (limit === 0) return Promise.reject(new TimeoutError('get the result', 0));
    return interruptible<void>(options, {
      action: 'get the result',
      begin: (waiter) => {
        const waiters = (this.#waiters ??= []);
        waiters.push(waiter);
        return () => {
          const at = waiters.indexOf(waiter);
          if (at < 0) return false;
          waiters.splice(at, 1);
          return true;
        };
      },
    });
  }

  #makePromise(): Promise<T> {
    const promise = new Promise<unknown>(keepResolve) as Promise<T>;
    if (this.done()) this.#settlePromise(resolveLast);
    else this.#resolvePromise = resolveLast;
    return promise;
  }

  #settlePromise(resolve: Resolve): void {
    if (this.cancelled()) resolve(Promise.reject(new CancelledError('The call was cancelled')));
    else resolve(this.#failed ? Promise.reject(this.#outcome) : this.#outcome);
  }

  #read(): T {
    if (this.cancelled()) throw new CancelledError('The call was cancelled');
    if (this.#failed) throw this.#outcome;
    return this.#outcome as T;
  }

  #finish(outcome: unknown, failed: boolean): void {
    this.#outcome = outcome;
    this.#failed = failed;
    this.#state = 'finished';
    this.#settle();
  }

  #settle(): void {
    const resolve = this.#resolvePromise;
    this.#resolvePromise = undefined;
    if (resolve) this.#settlePromise(resolve);
    const waiters = this.#waiters?.splice(0);
    if (waiters) for (const waiter of waiters) waiter.resolve();
    const callbacks = this.#callbacks;
    this.#callbacks = undefined;
    if (callbacks) for (const { callback, within } of callbacks) within(() => this.#call(callback));
  }

  #call(callback: (future: this) => unknown): void {
    try {
      const result = callback(this);
      // An async function is one of those that return nothing.
      if (result instanceof Promise) result.catch(reportFailure);
    } catch (error) {
      reportFailure(error);
    }
  }

  #unexpected(action: string): InvalidStateError {
    return new InvalidStateError(`Cannot ${action}: ${inspect(this)}`);
  }
}

function reportFailure(error: unknown): void {
  console.error('A callback of a future failed:', error);
}

type Resolve = (outcome: unknown) => void;

let resolveLast: Resolve;

// One executor for all: a closure each would cost more than the promise.
function keepResolve(resolve: Resolve): void {
  resolveLast = resolve;
}

function nameOf(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value !== 'object') return typeof value;
  try {
    return (value.constructor as { name?: string } | undefined)?.name ?? 'object';
  } catch {
    return 'object';
  }
}
