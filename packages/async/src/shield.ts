import { inspect } from 'node:util';

import { type Awaitable, ensureFuture } from './ensure-future.ts';
import { Future, type FutureObserver } from './future.ts';
import { settleInTurn } from './internal/settle-in-turn.ts';

/**
 * Protects an awaitable from the cancellation of whoever awaits it: that one gets a CancelledError, the awaitable runs
 * on. Its failure is reported then, unless somebody else sees it.
 *
 * @param awaitable A function, which becomes a task, a task or a promise.
 * @returns A future of its outcome; what is done already is given back itself.
 * @see https://docs.python.org/3/library/asyncio-task.html#asyncio.shield
 * @example
 * await shield(() => save(order));
 */
export function shield<T>(awaitable: Awaitable<T>): Future<T> {
  const inner = ensureFuture(awaitable);
  return inner.done() ? inner : new ShieldingFuture<T>(inner);
}

class ShieldingFuture<T> extends Future<T> implements FutureObserver {
  readonly #inner: Future;

  constructor(inner: Future<T>) {
    super();
    this.#inner = inner;
    inner._observe(this);
  }

  override [inspect.custom](): string {
    return `ShieldingFuture { ${this._stateName}, ${inspect(this.#inner)} }`;
  }

  override _describe(): string {
    return `a shield around ${this.#inner._describe()}`;
  }

  _settled(inner: Future): void {
    inner._look();
    settleInTurn(this, inner._state, inner._value);
  }

  /** @internal Lets go of the awaitable: whether its failure is seen is the matter of others then. */
  override _settle(state: number, value: unknown): void {
    this.#inner._unobserve(this);
    super._settle(state, value);
  }
}
