import { inspect } from 'node:util';
import { checkOptions } from './check-options.ts';
import { type WaitOptions, checkTimeout } from './duration.ts';
import type { Future } from './future.ts';
import { mapInOrder } from './internal/map-in-order.ts';

/** How the tasks of {@link Executor.map} are handed over. */
export interface MapOptions {
  /** How long the results may take, from the call of `map` on, in milliseconds. @default Infinity */
  timeout?: number | undefined;
  /** How many items a process works on at a time; threads ignore it. @default 1 */
  chunksize?: number | undefined;
  /** How many items are taken ahead of the results that were asked for. Left out, all are submitted at once. */
  buffersize?: number | undefined;
}

/** What {@link Executor.with} sets for the tasks that are submitted through it. */
export interface TaskOptions {
  /**
   * Ends the task when it aborts: a queued one is dropped, a running one loses its worker, which is replaced. A task that
   * gave a stream runs until that is over.
   */
  signal?: AbortSignal | undefined;
  /** Tasks of a higher number start earlier. @default 0 */
  priority?: number | undefined;
  /**
   * How long a task may take, in milliseconds from the call on: if that is over, a queued one is dropped, and a running one
   * loses its worker, which is replaced.
   *
   * @default Infinity
   */
  timeout?: number | undefined;
  /** What moves to the worker instead of being copied: those of these buffers that stand in the arguments of the task. */
  transfer?: readonly ArrayBuffer[] | undefined;
}

/** What an executor has done so far. Times are in milliseconds. */
export interface ExecutorStats {
  workers: number;
  busy: number;
  queued: number;
  done: number;
  failed: number;
  /** The part of the workers' time that went into tasks, from 0 to 1. */
  utilisation: number;
  waitTime: Percentiles;
  runTime: Percentiles;
}

/** How a set of durations is spread, in milliseconds; 0 where nothing was measured. */
export interface Percentiles {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

/** Whatever `for await` takes. */
export type AnyIterable<T> = Iterable<T> | AsyncIterable<T>;

/**
 * Runs functions elsewhere and gives futures of their results.
 *
 * @see https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.Executor
 * @example
 * async function sumOfSquares(executor: Executor, xs: number[]) {
 *   let sum = 0;
 *   for await (const value of executor.map(square, xs)) sum += value;
 *   return sum;
 * }
 * console.log(await sumOfSquares(pool, [1, 2, 3])); // 14
 */
export abstract class Executor implements AsyncDisposable {
  /**
   * Hands a call over.
   *
   * @param target An exported function.
   * @param args Its arguments, which must be able to cross.
   * @returns The future of what it returns.
   * @throws {TargetError} If the worker could not find the function.
   * @throws {TransferError} If an argument cannot cross.
   * @throws {InvalidStateError} If the executor was shut down.
   * @throws {BrokenExecutorError} If the executor is broken.
   * @see https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.Executor.submit
   */
  abstract submit<A extends unknown[], R>(target: (...args: A) => R, ...args: A): Future<Awaited<R>>;

  /**
   * Stops taking tasks, and frees the workers when the last one is done. It may be called again.
   *
   * @param options `wait`: whether to wait for that. `cancelFutures`: whether to cancel what has not started.
   * @see https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.Executor.shutdown
   */
  abstract shutdown(options?: { wait?: boolean; cancelFutures?: boolean }): Promise<void>;

  /**
   * Waits until {@link submit} takes a task. An executor has it whose `submit` throws a QueueFullError where too many wait.
   *
   * @param options How long to wait, and a signal that ends the wait.
   */
  room?(options?: WaitOptions): Promise<void>;

  /** A view on the same workers whose tasks have these options. */
  abstract with(options: TaskOptions): Executor;

  /** What it has done so far. */
  abstract stats(): ExecutorStats;

  /**
   * Calls a function for each item. Everything is submitted at once, before any result is asked for, unless
   * `buffersize` says otherwise or the executor's queue is full: then it waits for room. Items that come asynchronously
   * are submitted as they come.
   *
   * @param target An exported function of one argument.
   * @param items What to call it with.
   * @param options How long the results may take, and how much is handed over at a time.
   * @returns The results in the order of the items. Leaving the loop, an error and running out of time cancel the calls
   *   that have not started.
   * @throws {RangeError} If `chunksize` or `buffersize` is below 1.
   * @throws {TimeoutError} In the loop, if a result does not come in time.
   * @see https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.Executor.map
   */
  map<T, R>(
    target: (item: T) => R,
    items: AnyIterable<T>,
    options: MapOptions = {},
  ): AsyncIterableIterator<Awaited<R>> {
    return this.#each((item) => this.submit(target, item), items, options);
  }

  /**
   * Calls a function for each list of arguments, as {@link map} does for single ones.
   *
   * @param target An exported function.
   * @param items Lists of arguments.
   * @throws {TypeError} If one of them is no list.
   */
  starmap<A extends unknown[], R>(
    target: (...args: A) => R,
    items: AnyIterable<A>,
    options: MapOptions = {},
  ): AsyncIterableIterator<Awaited<R>> {
    return this.#each((args) => this.submit(target, ...checkArguments(args)), items, options);
  }

  /** Shuts down and waits, as leaving Python's `with` block does. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown({ wait: true });
  }

  [inspect.custom](): string {
    const { workers, busy, queued } = this.stats();
    return `${this.constructor.name} { ${workers} workers, ${busy} busy, ${queued} queued }`;
  }

  #each<T, R>(submit: (item: T) => Future<R>, items: AnyIterable<T>, options: MapOptions): AsyncIterableIterator<R> {
    checkOptions('map', options);
    const { buffersize = Infinity, chunksize = 1 } = options;
    checkCount('buffersize', buffersize, Infinity);
    checkCount('chunksize', chunksize);
    const timeout = checkTimeout(options.timeout);
    return mapInOrder(submit, items, { buffersize, timeout, room: this.room?.bind(this) });
  }
}

/**
 * Checks what a function is to be called with: anything that can be spread.
 *
 * @throws {TypeError} If it cannot.
 */
export function checkArguments<A extends unknown[]>(args: A): A {
  try {
    if (typeof args[Symbol.iterator] === 'function') return args;
  } catch {
    // Nothing, or a Proxy that was revoked.
  }
  throw new TypeError(`Cannot call a function with ${inspect(args, { depth: 0 })}: it must be a list of arguments`);
}

/** Checks a count that a caller gave: a whole number of at least 1. */
export function checkCount(name: string, value: unknown, unlimited?: number): number {
  if (value === unlimited && unlimited !== undefined) return unlimited;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw new TypeError(`Cannot use ${name} = ${String(value)}: it must be a whole number`);
  }
  if (value < 1) throw new RangeError(`Cannot use ${name} = ${value}: it must be 1 or more`);
  return value;
}
