import { checkOptions } from '../check-options.ts';
import { checkTimeout } from '../duration.ts';
import { checkCount } from '../executor.ts';
import type { Target } from '../target.ts';
import type { WorkerLimits } from './transport.ts';

/** What every executor with workers of its own is told. */
export interface PoolOptions {
  /** How many workers there are at most; they start when they are needed. */
  maxWorkers?: number | undefined;
  /** An exported function that each worker runs before its first task. If it fails, the executor is broken. */
  initializer?: Target | undefined;
  /** What the initializer is called with. */
  initargs?: readonly unknown[] | undefined;
  /** After how many tasks a worker is replaced. @default Infinity */
  maxTasksPerWorker?: number | undefined;
  /** After how many idle milliseconds a worker ends; the next task starts another. @default Infinity */
  idleTimeout?: number | undefined;
  /** How many asynchronous tasks one worker runs at a time. @default 1 */
  concurrency?: number | undefined;
  /** How many tasks may wait for a worker: beyond, `submit` throws a QueueFullError. @default Infinity */
  maxQueueSize?: number | undefined;
  /**
   * Whether the stack of an error that a task throws goes on with where the task was submitted. It costs about a
   * microsecond for each task. @default false
   */
  traceCallers?: boolean | undefined;
  /**
   * How long a running task that timed out, or whose signal aborted, has to stop by itself before its worker is ended,
   * in milliseconds. @default 100
   */
  graceTime?: number | undefined;
  /**
   * What becomes of the executor when a worker dies: it breaks, as Python's does, and everything that is pending fails;
   * or only what ran in that worker fails, and another takes its place.
   *
   * @default 'break'
   */
  onWorkerDeath?: 'break' | 'replace' | undefined;
}

/** Pool options that were checked, with every default filled in. */
export interface PoolSettings extends WorkerLimits {
  readonly initializer: Target | undefined;
  readonly initargs: readonly unknown[];
  readonly maxQueueSize: number;
  readonly graceTime: number;
  readonly traceCallers: boolean;
  /** What becomes of the pool when a worker dies of its own: it is broken, or only what ran there fails. */
  readonly onWorkerDeath: 'break' | 'replace';
}

/**
 * Checks the options of a pool.
 *
 * @param defaults How many workers there are at most, and what becomes of the pool when one dies, unless told.
 * @throws {TypeError} If an option is of the wrong type.
 * @throws {RangeError} If a number is out of range.
 */
export function checkPoolOptions(
  options: PoolOptions,
  defaults: Pick<PoolSettings, 'maxWorkers' | 'onWorkerDeath'>,
): PoolSettings {
  checkOptions('make an executor', options);
  const { initializer, initargs = [], onWorkerDeath = defaults.onWorkerDeath } = options;
  if (onWorkerDeath !== 'break' && onWorkerDeath !== 'replace') {
    throw new RangeError(`Cannot use onWorkerDeath = ${String(onWorkerDeath)}: it is 'break' or 'replace'`);
  }
  if (initializer !== undefined && typeof initializer !== 'function') {
    throw new TypeError(`Cannot use initializer = ${String(initializer)}: it must be an exported function`);
  }
  if (!Array.isArray(initargs)) throw new TypeError(`Cannot use initargs = ${String(initargs)}: it must be an array`);
  return {
    maxWorkers: checkCount('maxWorkers', options.maxWorkers ?? defaults.maxWorkers),
    concurrency: checkCount('concurrency', options.concurrency ?? 1),
    maxTasksPerWorker: checkCount('maxTasksPerWorker', options.maxTasksPerWorker ?? Infinity, Infinity),
    maxQueueSize: checkCount('maxQueueSize', options.maxQueueSize ?? Infinity, Infinity),
    idleTimeout: checkTimeout(options.idleTimeout, 'idleTimeout'),
    graceTime: checkTimeout(options.graceTime ?? 100, 'graceTime'),
    onWorkerDeath,
    traceCallers: options.traceCallers === true,
    initializer,
    initargs,
  };
}
