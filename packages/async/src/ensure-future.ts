import { CancelledError } from '@weft/core';

import { createTask } from './create-task.ts';
import { Future } from './future.ts';
import { CANCELLED, FAILED, SUCCEEDED, WAITING } from './internal/future-state.ts';
import type { TaskBody } from './task.ts';

/** What can be waited for: a task, a promise, or a function, which is then run as a task. */
export type Awaitable<T> = PromiseLike<T> | TaskBody<T>;

/** What an {@link Awaitable} gives. */
export type AwaitableResult<A> = A extends PromiseLike<infer T> ? T : A extends () => infer R ? Awaited<R> : never;

/**
 * Makes a future of anything that can be waited for: futures and tasks stay what they are, a function becomes a task.
 *
 * Cancelling the future of a foreign promise abandons the promise; it cannot stop it.
 *
 * @throws {TypeError} If it cannot be waited for.
 * @see https://docs.python.org/3/library/asyncio-future.html#asyncio.ensure_future
 */
export function ensureFuture<T>(awaitable: Awaitable<T>): Future<T> {
  if (awaitable instanceof Future) return awaitable as Future<T>;
  if (typeof awaitable === 'function') return createTask(awaitable);
  if (!isThenable(awaitable))
    throw new TypeError(`Cannot wait for ${String(awaitable)}: it is no task, promise or function`);
  const future = new Future<T>();
  awaitable.then(
    (value) => {
      if (future._state === WAITING) future._settle(SUCCEEDED, value);
    },
    (error: unknown) => {
      if (future._state === WAITING) future._settle(error instanceof CancelledError ? CANCELLED : FAILED, error);
    },
  );
  return future;
}

function isThenable(value: unknown): boolean {
  return value !== null && typeof value === 'object' && 'then' in value && typeof value.then === 'function';
}
