import { inspect } from 'node:util';
import { type WaitOptions, checkWait } from './duration.ts';
import type { Future } from './future.ts';
import { interruptible } from './interruptible.ts';

/** When {@link wait} comes back. */
export type ReturnWhen = 'first-completed' | 'first-exception' | 'all-completed';

/** What {@link wait} is told. */
export interface WaitForFuturesOptions extends WaitOptions {
  /** @default 'all-completed' */
  returnWhen?: ReturnWhen | undefined;
}

/** Futures, sorted by whether they are done. */
export interface DoneAndNotDone<F> {
  done: Set<F>;
  notDone: Set<F>;
}

/** What is waited for, as an infinitive. */
export const WAIT_FOR_FUTURES = 'wait for futures';

const CONDITIONS: readonly unknown[] = ['first-completed', 'first-exception', 'all-completed'];

/**
 * Waits for several futures. Running out of time is no error: what is not done yet is in `notDone`.
 *
 * @param futures Futures of any executors; one that occurs twice counts once.
 * @param options How long to wait, a signal that ends the wait, and what to wait for. `first-exception` comes back when
 *   a future fails or all are done; a cancelled one has not failed.
 * @returns Two sets, `done` and `notDone`.
 * @throws {TypeError} If one of them is not a future.
 * @throws {RangeError} If `returnWhen` is none of the three.
 * @see https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.wait
 * @example
 * const futures = [1, 2, 3].map((x) => pool.submit(square, x));
 * const { done, notDone } = await wait(futures, { timeout: 1000, returnWhen: 'first-completed' });
 */
export async function wait<F extends Future>(
  futures: Iterable<F>,
  options: WaitForFuturesOptions = {},
): Promise<DoneAndNotDone<F>> {
  const limit = checkWait(options, WAIT_FOR_FUTURES);
  const { returnWhen = 'all-completed', signal } = options;
  if (!CONDITIONS.includes(returnWhen)) {
    throw new RangeError(
      `Cannot wait until ${String(returnWhen)}: returnWhen is 'first-completed', 'first-exception' or 'all-completed'`,
    );
  }
  const all = futuresOf(futures);
  if (isEnough(all, returnWhen)) return sort(all);
  if (signal?.aborted) throw signal.reason as Error;
  if (limit === 0) return sort(all);
  await interruptible<void>(
    { timeout: limit, signal },
    {
      action: WAIT_FOR_FUTURES,
      begin: (waiter) => follow(all, returnWhen, () => waiter.resolve()),
      onTimeout: () => {},
    },
  );
  return sort(all);
}

/**
 * Gives each of several futures once.
 *
 * @throws {TypeError} If they are not iterable, or one is no future.
 */
export function futuresOf<F extends Future>(futures: Iterable<F>): Set<F> {
  const iterable = futures as Partial<Iterable<F>> | undefined;
  if (typeof iterable?.[Symbol.iterator] !== 'function')
    throw new TypeError(`Cannot wait for the futures of ${inspect(futures)}: it is not iterable`);
  const all = new Set(futures);
  for (const future of all) {
    if (typeof (future as Partial<Future> | undefined)?.addDoneCallback !== 'function')
      throw new TypeError(`Cannot wait for ${inspect(future)}: it is not a Future`);
  }
  return all;
}

// Calls `enough` once, when the condition is met. What it returns stops following and answers whether it had not been.
function follow(all: Set<Future>, returnWhen: ReturnWhen, enough: () => void): () => boolean {
  let rest = 0;
  let following = true;
  const leave = (): boolean => {
    if (!following) return false;
    following = false;
    for (const future of all) future.removeDoneCallback(onDone);
    return true;
  };
  const onDone = (future: Future): void => {
    rest -= 1;
    if ((rest === 0 || satisfies(future, returnWhen)) && leave()) enough();
  };
  for (const future of all) {
    if (future.done()) continue;
    rest += 1;
    future.addDoneCallback(onDone);
  }
  return leave;
}

function isEnough(all: Set<Future>, returnWhen: ReturnWhen): boolean {
  let rest = 0;
  for (const future of all) {
    if (!future.done()) rest += 1;
    else if (satisfies(future, returnWhen)) return true;
  }
  return rest === 0;
}

// Whether this one, being done, ends the wait by itself.
function satisfies(future: Future, returnWhen: ReturnWhen): boolean {
  return returnWhen === 'first-completed' || (returnWhen === 'first-exception' && future.failed());
}

function sort<F extends Future>(all: Set<F>): DoneAndNotDone<F> {
  const done = new Set<F>();
  const notDone = new Set<F>();
  for (const future of all) (future.done() ? done : notDone).add(future);
  return { done, notDone };
}
