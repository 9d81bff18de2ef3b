import { type WaitOptions } from '@weft/core';

import { ensureFuture } from './ensure-future.ts';
import { Future, type FutureObserver } from './future.ts';
import { debugging, noteAwaited } from './internal/debug-watch.ts';
import { FAILED, WAITING } from './internal/future-state.ts';
import { taskStore } from './internal/task-store.ts';
import { WaitList } from './internal/wait-list.ts';
import { parkWithin, refuse } from './internal/wait-limits.ts';
import type { WaitSource, Waiter } from './internal/waiter.ts';

/** When a {@link wait} is over. */
export type ReturnWhen = 'all-completed' | 'first-completed' | 'first-exception';

/** What {@link wait} takes besides the futures. */
export interface WaitForOptions extends WaitOptions {
  /** @default 'all-completed' */
  returnWhen?: ReturnWhen | undefined;
}

const MODES: readonly string[] = ['all-completed', 'first-completed', 'first-exception'] satisfies ReturnWhen[];

/**
 * Waits for tasks and promises without taking their outcomes: failures are not thrown, and nothing is cancelled when
 * time runs out or the caller is cancelled.
 *
 * @param futures Tasks, futures or promises. Functions are refused: nobody could find their tasks in the answer. The
 *   failure of a promise that is not ours counts as seen.
 * @param options When to return, and how long to wait.
 * @returns Those that are done and those that are not, in the order given.
 * @throws {RangeError} If there is nothing to wait for.
 * @see https://docs.python.org/3/library/asyncio-task.html#asyncio.wait
 * @example
 * const tasks = [createTask(first), createTask(second)];
 * const { done, pending } = await wait(tasks, { returnWhen: 'first-completed' });
 */
export async function wait<F extends PromiseLike<unknown>>(
  futures: Iterable<F>,
  options: WaitForOptions = {},
): Promise<{ done: Set<F>; pending: Set<F> }> {
  const refused = refuse(options);
  if (refused) return refused;
  const { returnWhen = 'all-completed', timeout, signal } = options;
  if (!MODES.includes(returnWhen))
    throw new RangeError(`Cannot wait until '${returnWhen}': it must be one of ${MODES.join(', ')}`);
  const given = new Map<F, Future>();
  for (const future of new Set(futures)) given.set(future, observable(future));
  if (given.size === 0) throw new RangeError('Cannot wait for nothing: there must be at least one future');
  await new Watch([...given.values()], returnWhen).wait({ timeout, signal });
  const [done, pending] = [new Set<F>(), new Set<F>()];
  for (const [future, watched] of given) (watched._state === WAITING ? pending : done).add(future);
  return { done, pending };
}

function observable(future: PromiseLike<unknown>): Future {
  if (typeof future === 'function') throw new TypeError('Cannot wait for a function: make a task of it first');
  const watched = ensureFuture(future);
  if (debugging) noteAwaited(watched);
  if (watched !== future) watched._observe(onlooker);
  return watched;
}

// A promise that is not ours stays with the caller: whether anybody looks at its failure cannot be known.
const onlooker: FutureObserver = { _settled() {} };

/** Watches futures until enough of them are done. */
class Watch implements FutureObserver, WaitSource {
  readonly _looks = false;
  readonly #futures: readonly Future[];
  readonly #returnWhen: ReturnWhen;
  readonly #waiters = new WaitList('for several futures');
  #left = 0;

  constructor(futures: readonly Future[], returnWhen: ReturnWhen) {
    this.#futures = futures;
    this.#returnWhen = returnWhen;
  }

  async wait(options: WaitOptions): Promise<void> {
    this.#left = this.#futures.filter((future) => future._state === WAITING).length;
    if (this.#enough(this.#futures)) return;
    for (const future of this.#futures) if (future._state === WAITING) future._observe(this);
    try {
      await parkWithin(taskStore.getStore(), this.#waiters, this, undefined, options);
    } finally {
      for (const future of this.#futures) future._unobserve(this);
    }
  }

  _settled(future: Future): void {
    this.#left -= 1;
    if (this.#enough([future])) this.#waiters.resolveAll(undefined);
  }

  _expire(waiter: Waiter): void {
    waiter.resolve(undefined);
  }

  #enough(news: readonly Future[]): boolean {
    if (this.#left === 0) return true;
    if (this.#returnWhen === 'first-completed') return this.#left < this.#futures.length;
    return this.#returnWhen === 'first-exception' && news.some((future) => future._state === FAILED);
  }
}
