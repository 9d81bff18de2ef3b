import { createTask } from './create-task.ts';
import { gather } from './gather.ts';
import { cancelledError } from './internal/cancellation.ts';
import { taskStore } from './internal/task-store.ts';
import { Lock } from './lock.ts';

/** How {@link mapConcurrent} works. */
export interface MapConcurrentOptions {
  /** How many calls run at a time. */
  concurrency: number;
  /**
   * Whether results come in the order of the items; if not, in the order in which they were ready.
   *
   * @default true
   */
  ordered?: boolean | undefined;
}

/**
 * Calls an async function for each item, so many at a time, and gives the results.
 *
 * As many tasks as may run at once take one item after another; items are taken from the source only when they are
 * due. The first failure, and a cancellation of the caller, cancels the calls that run and starts no more.
 *
 * @param items Anything iterable, also asynchronously.
 * @param fn Is passed the item and its index.
 * @param options How many calls run at once, and whether the results are in the order of the items, as they are if nothing else is said.
 * @returns The results, once all calls have ended.
 * @throws What the first call that failed threw.
 * @example
 * const pages = await mapConcurrent(urls, (url) => download(url), { concurrency: 10 });
 */
export async function mapConcurrent<T, R>(
  items: Iterable<T> | AsyncIterable<T>,
  fn: (item: T, index: number) => PromiseLike<R> | R,
  { concurrency, ordered = true }: MapConcurrentOptions,
): Promise<R[]> {
  if (typeof fn !== 'function') throw new TypeError(`Cannot call ${String(fn)} for each item: it is not a function`);
  if (typeof concurrency !== 'number' || !(concurrency >= 1))
    throw new RangeError(`Cannot run ${String(concurrency)} calls at a time: it must be a number of 1 or more`);
  const results: R[] = [];
  const keep = ordered
    ? (index: number, result: R) => void (results[index] = result)
    : (_: number, result: R) => void results.push(result);
  const source = sourceOf(items);
  const workers = Math.min(concurrency, source.size);
  if (workers === Infinity)
    throw new RangeError('Cannot run any number of calls at a time: the source has no known length');
  let failed = false;
  const calls: Calls<T, R> = {
    fn,
    keep,
    fail: (error) => {
      failed = true;
      throw error;
    },
    goOn: () => {
      const worker = taskStore.getStore();
      // A cancellation may have met a foreign promise, or been swallowed by the call.
      if (worker !== undefined && worker.cancelling() > 0) throw worker._takePending() ?? cancelledError();
      return !failed;
    },
  };
  const tasks = Array.from({ length: workers }, () => createTask(() => source.work(calls), { name: 'mapConcurrent' }));
  try {
    await gather(tasks);
  } catch (error) {
    for (const task of tasks) task.cancel();
    try {
      await gather.settled(tasks);
    } finally {
      await closeQuietly(source);
    }
    throw error;
  }
  await source.close();
  return results;
}

// What failed first is told, and not what closing the source ran into, as in a loop that is left by an error.
async function closeQuietly(source: Source<unknown>): Promise<void> {
  try {
    await source.close();
  } catch {}
}

/** What the workers do with the items. */
interface Calls<T, R> {
  readonly fn: (item: T, index: number) => PromiseLike<R> | R;
  readonly keep: (index: number, result: R) => void;
  /** Stops all workers. */
  readonly fail: (error: unknown) => never;
  /** Whether one more call may be started; throws if the worker was cancelled. */
  readonly goOn: () => boolean;
}

/** Where the workers take their items from. */
interface Source<T> {
  /** More workers than this would have nothing to do. */
  readonly size: number;
  work<R>(calls: Calls<T, R>): Promise<void>;
  close(): PromiseLike<void> | void;
}

function sourceOf<T>(items: Iterable<T> | AsyncIterable<T>): Source<T> {
  if (Array.isArray(items)) return fromArray<T>(items);
  const given = items as Partial<Iterable<T> & AsyncIterable<T>> | null | undefined;
  if (typeof given?.[Symbol.asyncIterator] === 'function') return fromAsync(items as AsyncIterable<T>);
  if (typeof given?.[Symbol.iterator] === 'function') return fromIterable(items as Iterable<T>);
  throw new TypeError(`Cannot map over ${String(items)}: it is not iterable`);
}

function fromArray<T>(items: readonly T[]): Source<T> {
  let next = 0;
  return {
    size: items.length,
    async work({ fn, keep, fail, goOn }) {
      try {
        while (next < items.length && goOn()) {
          const index = next;
          next += 1;
          keep(index, await fn(items[index] as T, index));
        }
      } catch (error) {
        fail(error);
      }
    },
    close: () => {},
  };
}

function fromIterable<T>(items: Iterable<T>): Source<T> {
  const iterator = items[Symbol.iterator]();
  let next = 0;
  let ended = false;
  return {
    size: Infinity,
    async work({ fn, keep, fail, goOn }) {
      try {
        while (!ended && goOn()) {
          const item = iterator.next();
          if (item.done) ended = true;
          else {
            const index = next;
            next += 1;
            keep(index, await fn(item.value, index));
          }
        }
      } catch (error) {
        fail(error);
      }
    },
    close: () => void (ended || iterator.return?.()),
  };
}

function fromAsync<T>(items: AsyncIterable<T>): Source<T> {
  const iterator = items[Symbol.asyncIterator]();
  const lock = new Lock();
  let next = 0;
  let ended = false;
  const take = async (): Promise<{ item: T; index: number } | undefined> => {
    // One `next` at a time: not every async iterator can be asked again before it has answered.
    const item = await lock.with(() => (ended ? undefined : iterator.next()));
    if (item === undefined || item.done) {
      ended = true;
      return undefined;
    }
    next += 1;
    return { item: item.value, index: next - 1 };
  };
  return {
    size: Infinity,
    async work({ fn, keep, fail, goOn }) {
      try {
        for (let taken = await take(); taken !== undefined && goOn(); taken = await take()) {
          keep(taken.index, await fn(taken.item, taken.index));
        }
      } catch (error) {
        fail(error);
      }
    },
    close: async () => void (ended || (await iterator.return?.())),
  };
}
