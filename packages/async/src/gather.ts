import { inspect } from 'node:util';

import type { CancelledError } from '@weft/core';

import { type Awaitable, type AwaitableResult, checkAwaitable, ensureFuture } from './ensure-future.ts';
import { Future } from './future.ts';
import { CANCELLED, SUCCEEDED, WAITING } from './internal/future-state.ts';
import type { HandingOn } from './internal/hand-down.ts';
import { settleInTurn } from './internal/settle-in-turn.ts';

/** The results of several awaitables, in their order. */
export type GatherResults<A extends readonly Awaitable<unknown>[]> = {
  -readonly [I in keyof A]: AwaitableResult<A[I]>;
};

/** The results of several awaitables, errors included, in their order. */
export type SettledResults<A extends readonly Awaitable<unknown>[]> = {
  -readonly [I in keyof A]: AwaitableResult<A[I]> | Error;
};

/**
 * Runs awaitables concurrently and gives their results, in the order of the arguments.
 *
 * The first failure is thrown at once; the others keep running, and their failures count as seen. Cancelling the
 * task that awaits it cancels all of them, and waits until they have ended.
 *
 * @param awaitables Functions, which become tasks, tasks or promises; or one iterable of them.
 * @returns A future of the results. Cancelling it cancels the awaitables.
 * @see https://docs.python.org/3/library/asyncio-task.html#asyncio.gather
 * @example
 * const [first, second] = await gather(() => download('a'), () => download('b'));
 */
export function gather<A extends readonly Awaitable<unknown>[]>(...awaitables: A): GatheringFuture<GatherResults<A>>;
export function gather<T>(awaitables: Iterable<Awaitable<T>>): GatheringFuture<T[]>;
export function gather(...awaitables: unknown[]): GatheringFuture<unknown[]> {
  return start(awaitables, false);
}

/**
 * As {@link gather}, with `return_exceptions`: errors are results like any other, and nothing is thrown unless the
 * caller itself is cancelled.
 *
 * @example
 * const pages = await gather.settled(urls.map((url) => () => download(url)));
 */
gather.settled = settled;

function settled<A extends readonly Awaitable<unknown>[]>(...awaitables: A): GatheringFuture<SettledResults<A>>;
function settled<T>(awaitables: Iterable<Awaitable<T>>): GatheringFuture<(T | Error)[]>;
function settled(...awaitables: unknown[]): GatheringFuture<unknown[]> {
  return start(awaitables, true);
}

function start(given: unknown[], keepErrors: boolean): GatheringFuture<unknown[]> {
  const [only] = given;
  const items = given.length === 1 && isIterable(only) ? [...only] : given;
  for (const item of items) checkAwaitable(item);
  const children: Future[] = [];
  // A foreign promise given twice is one awaitable, as a task given twice is.
  const foreign = new Map<unknown, Future>();
  for (const item of items as Iterable<Awaitable<unknown>>) {
    if (typeof item === 'function' || item instanceof Future) {
      children.push(ensureFuture(item));
      continue;
    }
    const future = foreign.get(item) ?? ensureFuture(item);
    foreign.set(item, future);
    children.push(future);
  }
  return new GatheringFuture(children, keepErrors);
}

/** The future of a {@link gather}. */
export class GatheringFuture<T> extends Future<T> {
  readonly #children: readonly Future[];
  readonly #keepErrors: boolean;
  #left: number;
  #cancelled: CancelledError | undefined = undefined;
  /** The first child that did not succeed. */
  #first: Future | undefined = undefined;

  /** @internal */
  constructor(children: readonly Future[], keepErrors: boolean) {
    super();
    this.#children = children;
    this.#keepErrors = keepErrors;
    this.#left = children.length;
    if (children.length === 0) this._settle(SUCCEEDED, []);
    for (const child of children) {
      if (child._state !== WAITING) queueMicrotask(() => this._settled(child));
      else if (child._observers === this || (child._observers instanceof Set && child._observers.has(this)))
        this.#left -= 1;
      else child._observe(this);
    }
  }

  override get [Symbol.toStringTag](): string {
    return 'GatheringFuture';
  }

  override [inspect.custom](): string {
    return `GatheringFuture { ${this._stateName}, ${this.#left} of ${this.#children.length} not done }`;
  }

  /** @internal */
  override _describe(): string {
    return `a gather of ${this.#children.length}`;
  }

  /** @internal */
  override _handOn(error: CancelledError): HandingOn {
    const children = this.#children.values();
    const handing: HandingOn = {
      future: this,
      taken: false,
      next: () => children.next().value,
      end: () => {
        if (handing.taken) this.#cancelled = error;
        return handing.taken;
      },
    };
    return handing;
  }

  /** @internal */
  _settled(child: Future): void {
    child._look();
    this.#left -= 1;
    if (this._state !== WAITING) return;
    if (child._state !== SUCCEEDED && !this.#keepErrors) this.#first ??= child;
    // A failure is thrown at once; a cancellation from outside waits for everyone's cleanup.
    if (this.#first !== undefined && (this.#cancelled === undefined || this.#left === 0)) {
      settleInTurn(this, this.#first._state, this.#first._value);
    } else if (this.#left === 0) this.#finish();
  }

  #finish(): void {
    if (this.#cancelled !== undefined) settleInTurn(this, CANCELLED, this.#cancelled);
    else
      settleInTurn(
        this,
        SUCCEEDED,
        this.#children.map(({ _value }) => _value),
      );
  }
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return value !== null && typeof value === 'object' && Symbol.iterator in value && !('then' in value);
}
