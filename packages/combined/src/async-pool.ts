import { inspect } from 'node:util';
import { BrokenExecutorError, type AnyIterable, type Executor, type ExecutorStats, type Target } from '@weft/core';
import { checkArguments, checkCount, checkOptions, describeTarget } from '@weft/core/lowlevel';
import { ProcessPoolExecutor } from '@weft/multiprocessing';
import { ThreadPoolExecutor } from '@weft/threading';
import { callOn } from './internal/call-on.ts';
import { runAsTask } from './internal/run-as-task.ts';
import { withContext } from './internal/with-context.ts';
import { PoolResult } from './pool-result.ts';

/** How an {@link AsyncPool} works. */
export interface AsyncPoolOptions {
  /** How many processes or threads. @default the number of cores for processes, as `ThreadPoolExecutor` for threads */
  workers?: number | undefined;
  /** How many tasks each of them runs at a time. @default 16 */
  concurrency?: number | undefined;
  /** @default 'process' */
  kind?: 'process' | 'thread' | undefined;
  /** An exported function that each worker runs before its first task. */
  initializer?: Target | undefined;
  /** What the initializer is called with. */
  initargs?: readonly unknown[] | undefined;
  /** After how many tasks a worker is replaced. @default Infinity */
  maxTasksPerWorker?: number | undefined;
  /**
   * How often a task is run again whose worker died. Only for tasks that may run twice: nobody knows how far the first
   * run came. @default 0
   */
  retries?: number | undefined;
  /**
   * How long a cancelled task has to end by itself before its worker is ended, and the tasks beside it with it, in
   * milliseconds. @default 1000
   */
  graceTime?: number | undefined;
  /** How many items `map` and `starmap` take ahead of the results. @default twice what all workers run at a time */
  buffersize?: number | undefined;
}

/**
 * Runs async functions in several processes or threads, each of which has an event loop and many tasks at once: for work
 * that waits a lot and computes too.
 *
 * A worker that dies fails only the tasks that it ran, and is replaced. Cancelling the task that waits for a call
 * cancels the call's own task in the worker, and no other; one that does not heed it within `graceTime` loses its worker, and
 * so do the tasks beside it.
 *
 * @see https://docs.python.org/3/library/asyncio-task.html
 * @see https://aiomultiprocess.omnilib.dev/
 * @example
 * await using pool = new AsyncPool({ workers: 2, concurrency: 32 });
 * const pages = await pool.map(fetchAndParse, urls);
 */
export class AsyncPool implements AsyncDisposable {
  readonly #executor: Executor;
  readonly #kind: 'process' | 'thread';
  readonly #retries: number;
  readonly #buffersize: number;

  /**
   * @param options How many workers of which kind, and how many tasks each runs at a time.
   * @throws {TypeError} If an option is of the wrong type.
   * @throws {RangeError} If a number is out of range, or `kind` is neither.
   */
  constructor(options: AsyncPoolOptions = {}) {
    checkOptions('make a pool', options);
    const {
      kind = 'process',
      retries = 0,
      graceTime = 1_000,
      concurrency = 16,
      workers,
      initializer,
      initargs,
      maxTasksPerWorker,
    } = options;
    if (kind !== 'process' && kind !== 'thread')
      throw new RangeError(`Cannot use kind = ${String(kind)}: it is 'process' or 'thread'`);
    if (!Number.isInteger(retries) || retries < 0)
      throw new RangeError(`Cannot use retries = ${String(retries)}: it must be 0 or more`);
    // By the names that they have here: the executors have others.
    if (workers !== undefined) checkCount('workers', workers);
    if (maxTasksPerWorker !== undefined) checkCount('maxTasksPerWorker', maxTasksPerWorker, Infinity);
    const onWorkerDeath = 'replace';
    const settings = { maxWorkers: workers, concurrency, initializer, initargs, graceTime, onWorkerDeath } as const;
    this.#executor =
      kind === 'thread'
        ? new ThreadPoolExecutor({ ...settings, maxTasksPerWorker })
        : new ProcessPoolExecutor({ ...settings, maxTasksPerChild: maxTasksPerWorker });
    this.#kind = kind;
    this.#retries = retries;
    this.#buffersize = checkCount('buffersize', options.buffersize ?? 2 * concurrency * (workers ?? DEFAULT_AHEAD));
  }

  /**
   * Runs one call.
   *
   * @param target An exported function, async or not.
   * @param args Its arguments.
   * @returns What it returns.
   * @throws {BrokenExecutorError} If the worker died, and so did those of all retries.
   * @throws Whatever the function throws.
   */
  async apply<A extends unknown[], R>(target: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
    const call = withContext(target as Target, args) ?? { target: target as Target, args };
    const reference = describeTarget(call.target);
    for (let attempt = 0; ; attempt += 1) {
      try {
        return (await callOn(this.#executor, runAsTask, [...call.args, reference])) as Awaited<R>;
      } catch (error) {
        if (!(error instanceof BrokenExecutorError) || attempt >= this.#retries) throw error;
      }
    }
  }

  /**
   * Calls a function for each item.
   *
   * @param target An exported function of one argument.
   * @param items Any iterable; no more than the buffer holds is taken ahead.
   * @returns The results in the order of the items: await it for an array, or iterate over it as they come. No call is
   *   made before that.
   * @throws {TargetError} If the workers could not find the function.
   * @throws {TypeError} If `target` is not a function, or `items` is not iterable.
   */
  map<T, R>(target: (item: T) => R, items: AnyIterable<T>): PoolResult<Awaited<R>> {
    describeTarget(target as Target);
    return new PoolResult((item: T) => this.apply(target, item), items, this.#buffersize);
  }

  /** Calls a function for each list of arguments, as {@link map} does for single ones. */
  starmap<A extends unknown[], R>(target: (...args: A) => R, items: AnyIterable<A>): PoolResult<Awaited<R>> {
    describeTarget(target as Target);
    return new PoolResult((args: A) => this.apply(target, ...checkArguments(args)), items, this.#buffersize);
  }

  /** What the pool has done so far. */
  stats(): ExecutorStats {
    return this.#executor.stats();
  }

  /** Takes no more calls, and ends the workers when the last one is done. */
  async shutdown(): Promise<void> {
    await this.#executor.shutdown();
  }

  /** Shuts down and waits. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  [inspect.custom](): string {
    return inspect(this.#executor).replace(/^\w+ \{/, `AsyncPool { ${this.#kind},`);
  }
}

/** For how many workers items are taken ahead where their number is left to the machine. */
const DEFAULT_AHEAD = 4;
