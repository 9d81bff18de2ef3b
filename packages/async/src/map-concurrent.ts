import { createTask } from './create-task.ts';
import { gather } from './gather.ts';
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
  if (!(concurrency >= 1)) throw new RangeError(`Cannot run ${concurrency} calls at a time: it must be 1 or more`);
  const results: R[] = [];
  const keep = ordered
    ? (index: number, result: R) => void (results[index] = result)
    : (_: number, result: R) => void results.push(result);
  const source = Array.isArray(items)
    ? fromArray<T>(items)
    : Symbol.asyncIterator in items
      ? fromAsync(items)
      : fromIterable(items);
  const workers = Math.min(concurrency, source.size);
  if (workers === Infinity)
    throw new RangeError('Cannot run any number of calls at a time: the source has no known length');
  const tasks = Array.from({ length: workers }, () =>
    createTask(() => source.work(fn, keep), { name: 'mapConcurrent' }),
  );
  try {
    await gather(tasks);
  } catch (error) {
    for (const task of tasks) task.cancel();
    await gather.settled(tasks);
    throw error;
  } finally {
    await source.close();
  }
  return results;
}

/** Where the workers take their items from. */
interface Source<T> {
  /** More workers than this would have nothing to do. */
  readonly size: number;
  work<R>(fn: (item: T, index: number) => PromiseLike<R> | R, keep: (index: number, result: R) => void): Promise<void>;
  close(): PromiseLike<void> | void;
}

function fromArray<T>(items: readonly T[]): Source<T> {
  let next = 0;
  return {
    size: items.length,
    async work(fn, keep) {
      while (next < items.length) {
        const index = next;
        next += 1;
        keep(index, await fn(items[index] as T, index));
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
    async work(fn, keep) {
      for (;;) {
        const item = ended ? undefined : iterator.next();
        if (item === undefined || item.done) break;
        const index = next;
        next += 1;
        keep(index, await fn(item.value, index));
      }
      ended = true;
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
    async work(fn, keep) {
      for (let taken = await take(); taken !== undefined; taken = await take()) {
        keep(taken.index, await fn(taken.item, taken.index));
      }
    },
    close: async () => void (ended || (await iterator.return?.())),
  };
}
