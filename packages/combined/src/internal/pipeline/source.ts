import { cancellable } from '@weft/async';
import type { AnyIterable } from '@weft/core';

/** Reads the items of whatever can be iterated, so that a wait for the next one can be left. */
export class Source<T> implements AsyncIterator<T> {
  readonly #iterator: AsyncIterator<T> | Iterator<T>;
  #asking = false;

  constructor(items: AnyIterable<T>) {
    const { [Symbol.asyncIterator]: iterateAsync } = items as Partial<AsyncIterable<T>>;
    this.#iterator = iterateAsync ? iterateAsync.call(items) : (items as Iterable<T>)[Symbol.iterator]();
  }

  async next(): Promise<IteratorResult<T>> {
    this.#asking = true;
    const step = this.#iterator.next();
    if (!(step instanceof Promise)) {
      this.#asking = false;
      return step;
    }
    const answered = step.finally(() => {
      this.#asking = false;
    });
    return await cancellable(answered);
  }

  async return(): Promise<IteratorResult<T>> {
    const closed = this.#iterator.return?.();
    // A generator that is being asked closes when it has answered, which may be never: don't wait for that.
    if (this.#asking) void Promise.resolve(closed).catch(() => undefined);
    else await closed;
    return { done: true, value: undefined };
  }
}

/**
 * Refuses what is not iterable, before anything is made of it.
 *
 * @throws {TypeError} If it is neither iterable nor async iterable.
 */
export function checkIterable(items: unknown, action: string): void {
  const { [Symbol.asyncIterator]: asynchronous, [Symbol.iterator]: synchronous } = Object(items) as Partial<
    Iterable<unknown> & AsyncIterable<unknown>
  >;
  if (typeof asynchronous !== 'function' && typeof synchronous !== 'function') {
    throw new TypeError(`Cannot ${action} ${String(items)}: it is not iterable`);
  }
}
