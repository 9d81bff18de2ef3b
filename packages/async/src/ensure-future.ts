import { inspect } from 'node:util';

import { CancelledError } from '@weft/core';

import { createTask } from './create-task.ts';
import { Future } from './future.ts';
import { CANCELLED, FAILED, SUCCEEDED, WAITING } from './internal/future-state.ts';
import { isThenable } from './internal/thenable.ts';
import type { TaskBody } from './task.ts';

/** What can be waited for: a task, a promise, or a function, which is then run as a task. */
export type Awaitable<T> = PromiseLike<T> | TaskBody<T>;

/** What an {@link Awaitable} gives. */
export type AwaitableResult<A> = A extends PromiseLike<infer T> ? T : A extends () => infer R ? Awaited<R> : never;

/**
 * Makes a future of anything that can be waited for: futures and tasks stay what they are, a function becomes a task.
 *
 * Cancelling the future of a foreign promise abandons the promise; only one that has a `cancel` method is stopped.
 *
 * @param awaitable A task, a future, a promise, or a function.
 * @returns The future, which is the argument itself if that is one.
 * @throws {TypeError} If it cannot be waited for.
 * @see https://docs.python.org/3/library/asyncio-future.html#asyncio.ensure_future
 * @example
 * const future = ensureFuture(fetch(url));
 */
export function ensureFuture<T>(awaitable: Awaitable<T>): Future<T> {
  if (awaitable instanceof Future) return awaitable as Future<T>;
  checkAwaitable(awaitable);
  return typeof awaitable === 'function' ? createTask(awaitable) : new ForeignFuture(awaitable);
}

/**
 * Refuses what cannot be waited for. Whoever takes several looks at all of them before a task is made of the first.
 *
 * @internal
 */
export function checkAwaitable(value: unknown): void {
  if (typeof value !== 'function' && !isThenable(value))
    throw new TypeError(`Cannot wait for ${inspect(value)}: it is no task, promise or function`);
}

/** The outcome of a promise that is not ours. If that can be cancelled, as a future of an executor can, it is. */
class ForeignFuture<T> extends Future<T> {
  readonly #source: PromiseLike<T> & { cancel?(): unknown };

  constructor(source: PromiseLike<T>) {
    super();
    this.#source = source;
    // As in an `await`: its `then` may throw, or give one more thenable.
    Promise.resolve(source).then(
      (value) => this.#follow(SUCCEEDED, value),
      (error: unknown) => this.#follow(error instanceof CancelledError ? CANCELLED : FAILED, error),
    );
  }

  override _describe(): string {
    return 'a promise that is not ours';
  }

  override _cancelHere(error: CancelledError): boolean {
    super._cancelHere(error);
    try {
      if (typeof this.#source.cancel === 'function') this.#source.cancel();
    } catch (failure) {
      // It must not stop the timer or the task that cancels.
      const message = 'A promise that is not ours could not be cancelled';
      this._registry().report({ kind: 'failure', message, error: failure, task: undefined, createdAt: undefined });
    }
    return true;
  }

  #follow(state: number, value: unknown): void {
    if (this._state === WAITING) this._settle(state, value);
  }
}
