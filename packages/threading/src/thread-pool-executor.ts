import { availableParallelism } from 'node:os';
import type { ResourceLimits } from 'node:worker_threads';
import { BrokenThreadPoolError, type Future } from '@weft/core';
import { PoolExecutor, type PoolOptions, Scheduler, checkPoolOptions } from '@weft/core/scheduler';
import { checkPoolThreads } from './internal/pool-limits.ts';
import { ThreadTransport } from './internal/pool-transport.ts';

/** How a pool of threads is made. */
export interface ThreadPoolExecutorOptions extends PoolOptions {
  /** What the threads are called, followed by `_0`, `_1` …; `ThreadPoolExecutor-0` if left out. */
  threadNamePrefix?: string | undefined;
  /** Bounds on each worker's memory and stack. */
  resourceLimits?: ResourceLimits | undefined;
  /** Bytes of heap and buffers after which a worker is replaced, once it is through with its task. @default Infinity */
  maxMemoryPerWorker?: number | undefined;
}

let made = 0;

/**
 * Runs tasks on worker threads.
 *
 * Threads start when there is work for them, and wait for more without keeping the process alive or any CPU busy. A
 * worker that dies takes only its own task along, which fails with a BrokenThreadPoolError, and another takes its place,
 * unless `onWorkerDeath` is `'break'`.
 *
 * @see https://docs.python.org/3/library/concurrent.futures.html#threadpoolexecutor
 * @example
 * await using pool = new ThreadPoolExecutor({ maxWorkers: 4 });
 * const squares = await Promise.all([1, 2, 3].map((x) => pool.submit(square, x)));
 */
export class ThreadPoolExecutor extends PoolExecutor {
  /**
   * @param options How many threads there are, and what they do first.
   * @throws {TypeError} If an option is of the wrong type.
   * @throws {RangeError} If a number is out of range.
   * @throws {TargetError} If the workers could not find the initializer.
   * @throws {TransferError} If one of `initargs` cannot cross.
   */
  constructor(options: ThreadPoolExecutorOptions = {}) {
    const settings = checkPoolOptions(options, {
      maxWorkers: Math.min(32, availableParallelism() + 4),
      onWorkerDeath: 'replace',
    });
    const { resourceLimits, maxMemory } = checkPoolThreads(settings, options);
    const name = options.threadNamePrefix || `ThreadPoolExecutor-${made}`;
    super(
      new Scheduler(
        { ...settings, name, broken: (message, cause) => new BrokenThreadPoolError(message, cause) },
        (events) => new ThreadTransport(events, { ...settings, name, resourceLimits, maxMemory }),
      ),
    );
    made += 1;
  }

  /**
   * Hands a call over and blocks this thread until its result is there. The workers may be asynchronous.
   *
   * @param target An exported function.
   * @param args Its arguments.
   * @returns What it returned.
   * @throws Whatever it threw, and what {@link submit} throws.
   */
  submitSync<A extends unknown[], R>(target: (...args: A) => R, ...args: A): Awaited<R> {
    const future: Future<Awaited<R>> = this.submit(target, ...args);
    return future.resultSync();
  }
}
