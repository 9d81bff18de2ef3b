import { availableParallelism } from 'node:os';
import { inspect } from 'node:util';
import { type AnyIterable, BrokenProcessPoolError, type Future, type Target } from '@weft/core';
import { checkCount, checkOptions, describeTarget } from '@weft/core/lowlevel';
import { Scheduler, checkPoolOptions } from '@weft/core/scheduler';
import { AsyncResult, type Callbacks } from './async-result.ts';
import { checkMayHaveChildren } from './internal/may-have-children.ts';
import { Chunk, chunksOf, defaultChunksize } from './internal/pool-chunk.ts';
import { collect, single } from './internal/pool-collect.ts';
import { InitialArguments } from './internal/initial-arguments.ts';
import { Feeds } from './internal/pool-feeds.ts';
import { ImapIterator } from './internal/pool-imap.ts';
import { checkCallbacks, checkItems, checkSpread, fromAsync, isAsync } from './internal/pool-items.ts';
import { ProcessTransport } from './internal/pool-transport.ts';

/** How the workers of a {@link Pool} begin and end. */
export interface PoolOptions {
  /** An exported function that each worker runs before its first task. If it fails, the pool is broken. */
  initializer?: Target | undefined;
  /** What the initializer is called with. */
  initargs?: readonly unknown[] | undefined;
  /** After how many tasks a worker is replaced by a fresh one; a chunk of a map is one task. @default Infinity */
  maxtasksperchild?: number | undefined;
}

/** How a map is cut up. */
export interface ChunkOptions {
  /** How many items a worker is given at a time. @default as Python's: four chunks for each worker; 1 for `imap` */
  chunksize?: number | undefined;
}

/** The fewest chunks that `imap` is ahead, and how many for each worker. */
const MIN_AHEAD = 16;
const AHEAD_PER_WORKER = 4;

type State = 'running' | 'closed' | 'terminated';

const forgotten = new FinalizationRegistry<Scheduler>((scheduler) => {
  process.emitWarning('A pool was forgotten while it was running: close or terminate it', 'ResourceWarning');
  // Somebody may still wait for what it was given.
  void scheduler.shutdown({ wait: false });
});

/**
 * A fixed number of worker processes that share the work.
 *
 * A worker that dies is replaced: the task that it was at fails with a BrokenProcessPoolError, and so do those whose
 * results had not left it. Those that it had not begun are given to another worker where that is known for certain.
 * Leaving its block with `await using` or `using` terminates the pool, as in Python: wait for results before.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool
 * @example
 * await using pool = new Pool(2);
 * console.log(await pool.map(sumOfSquares, [10 ** 5, 10 ** 6]));
 */
export class Pool implements AsyncDisposable, Disposable {
  readonly #scheduler: Scheduler;
  readonly #size: number;
  readonly #feeds = new Feeds();
  #state: State = 'running';

  /**
   * @param processes How many workers there are; left out, as many as the system has cores for this process.
   * @param options How they begin and end.
   * @throws {RangeError} If `processes` is below 1.
   * @throws {InvalidStateError} In a daemon, which may not have children.
   * @throws {TargetError} If the workers could not find the initializer.
   * @throws {TransferError} If one of `initargs` cannot cross.
   */
  constructor(processes: number = availableParallelism(), options: PoolOptions = {}) {
    checkOptions('make a pool', options);
    checkCount('processes', processes);
    checkMayHaveChildren();
    const { initializer, initargs } = options;
    const maxTasksPerWorker = checkCount('maxtasksperchild', options.maxtasksperchild ?? Infinity, Infinity);
    const settings = checkPoolOptions(
      { initializer, initargs, maxTasksPerWorker },
      { maxWorkers: processes, onWorkerDeath: 'replace' },
    );
    let started = 0;
    const crew = {
      initializer: initializer && describeTarget(initializer),
      initargs: new InitialArguments(settings.initargs),
      concurrency: 1,
      daemon: true,
      nextName: () => `SpawnPoolWorker-${++started}`,
    };
    this.#size = processes;
    this.#scheduler = new Scheduler(
      {
        ...settings,
        name: 'Pool',
        broken: (message, cause) => new BrokenProcessPoolError(message, cause),
      },
      (events) => new ProcessTransport(settings, events, crew),
    );
    this.#scheduler.hireAll();
    forgotten.register(this, this.#scheduler, this);
  }

  /**
   * Calls a function in a worker and waits for its result.
   *
   * @param target An exported function.
   * @param args Its arguments.
   */
  apply<A extends unknown[], R>(target: (...args: A) => R, args: A = [] as unknown[] as A): Promise<Awaited<R>> {
    return this.applyAsync(target, args).get();
  }

  /**
   * Has a function called in a worker.
   *
   * @param target An exported function.
   * @param args Its arguments.
   * @param callbacks Called before those who wait for the result go on.
   */
  applyAsync<A extends unknown[], R>(
    target: (...args: A) => R,
    args: A = [] as unknown[] as A,
    callbacks: Callbacks<Awaited<R>> = {},
  ): AsyncResult<Awaited<R>> {
    this.#checkRunning();
    if (!Array.isArray(args)) throw new TypeError(`Cannot use ${String(args)} as args: it must be an array`);
    checkOptions('hand a task to the pool', callbacks);
    checkCallbacks(callbacks);
    const call = this.#scheduler.submit(target as never, args) as Future<Awaited<R>>;
    return new AsyncResult(single(call, callbacks));
  }

  /**
   * Calls a function for each item and waits for all results. All calls are made even if one fails; then the first
   * failure is thrown.
   *
   * @param target An exported function of one argument.
   * @param items What to call it with.
   * @param options How the items are cut up.
   * @returns The results in the order of the items.
   */
  async map<T, R>(target: (item: T) => R, items: AnyIterable<T>, options: ChunkOptions = {}): Promise<Awaited<R>[]> {
    return this.mapAsync(target, isAsync(items) ? await fromAsync(items) : items, options).get();
  }

  /**
   * Has a function called for each item.
   *
   * @param target An exported function of one argument.
   * @param items What to call it with.
   * @param options How the items are cut up, and who is called back.
   */
  mapAsync<T, R>(
    target: (item: T) => R,
    items: Iterable<T>,
    options: ChunkOptions & Callbacks<Awaited<R>[]> = {},
  ): AsyncResult<Awaited<R>[]> {
    return this.#mapAsync(target as Target, items, options, false) as AsyncResult<Awaited<R>[]>;
  }

  /**
   * Calls a function for each list of arguments, as {@link map} does for single ones.
   *
   * @param target An exported function.
   * @param items Lists of arguments.
   * @param options How the items are cut up.
   */
  async starmap<A extends unknown[], R>(
    target: (...args: A) => R,
    items: AnyIterable<A>,
    options: ChunkOptions = {},
  ): Promise<Awaited<R>[]> {
    return this.starmapAsync(target, isAsync(items) ? await fromAsync(items) : items, options).get();
  }

  /** Has a function called for each list of arguments, as {@link mapAsync} does for single ones. */
  starmapAsync<A extends unknown[], R>(
    target: (...args: A) => R,
    items: Iterable<A>,
    options: ChunkOptions & Callbacks<Awaited<R>[]> = {},
  ): AsyncResult<Awaited<R>[]> {
    return this.#mapAsync(target as Target, items, options, true) as AsyncResult<Awaited<R>[]>;
  }

  /**
   * Calls a function for each item, and gives the results one by one, in the order of the items.
   *
   * The items are taken as they are needed, only a little ahead of the results that were asked for: there may be
   * infinitely many. After an error of one item the next call of `next` goes on with the next one.
   *
   * @param target An exported function of one argument.
   * @param items What to call it with.
   * @param options How the items are cut up.
   */
  imap<T, R>(target: (item: T) => R, items: AnyIterable<T>, options: ChunkOptions = {}): ImapIterator<Awaited<R>> {
    return this.#imap<Awaited<R>>(target as Target, items, options, true);
  }

  /** Does what {@link imap} does, but gives each result as soon as it is there. */
  imapUnordered<T, R>(
    target: (item: T) => R,
    items: AnyIterable<T>,
    options: ChunkOptions = {},
  ): ImapIterator<Awaited<R>> {
    return this.#imap<Awaited<R>>(target as Target, items, options, false);
  }

  /**
   * Takes no more work. The workers end when what was handed over is done; of an `imap` that is all its items, whether
   * its results are asked for or not.
   */
  close(): void {
    if (this.#state !== 'running') return;
    this.#state = 'closed';
    forgotten.unregister(this);
    this.#feeds.close(() => void this.#scheduler.shutdown({ wait: false }));
  }

  /** Ends the workers at once. What is not done fails with a BrokenProcessPoolError. */
  terminate(): void {
    if (this.#state === 'terminated') return;
    this.#state = 'terminated';
    forgotten.unregister(this);
    this.#feeds.abandon();
    this.#scheduler.terminate('the pool was terminated');
  }

  /**
   * Waits until the workers have ended.
   *
   * @throws {RangeError} If the pool was neither closed nor terminated.
   */
  async join(): Promise<void> {
    if (this.#state === 'running')
      throw new RangeError('Cannot join the pool while it is running: close or terminate it first');
    await this.#feeds.drained();
    await this.#scheduler.shutdown();
  }

  /** Terminates the pool, and waits until the workers have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.terminate();
    await this.join();
  }

  /** Terminates the pool. */
  [Symbol.dispose](): void {
    this.terminate();
  }

  [inspect.custom](): string {
    const isBroken = this.#state !== 'terminated' && this.#scheduler.standing === 'broken';
    return `Pool { ${this.#size} processes, ${isBroken ? 'broken' : this.#state} }`;
  }

  #mapAsync(
    target: Target,
    items: Iterable<unknown>,
    options: ChunkOptions & Callbacks<never>,
    spread: boolean,
  ): AsyncResult<unknown[]> {
    this.#checkRunning();
    checkOptions('map', options);
    describeTarget(target);
    checkItems(items, false);
    checkCallbacks(options);
    const list = Array.isArray(items) ? (items as unknown[]) : [...items];
    if (spread) checkSpread(list);
    const chunksize = checkCount('chunksize', options.chunksize ?? defaultChunksize(list.length, this.#size));
    const chunks = [...chunksOf(list, chunksize, spread)];
    // No call is made if one of the items cannot cross.
    for (const chunk of chunks) chunk.encode();
    const results = chunks.map((chunk) => this.#submit(target, chunk));
    return new AsyncResult(collect(results, options as Callbacks<unknown[]>));
  }

  #imap<R>(target: Target, items: AnyIterable<unknown>, options: ChunkOptions, ordered: boolean): ImapIterator<R> {
    this.#checkRunning();
    checkOptions('map', options);
    describeTarget(target);
    return new ImapIterator<R>(items, {
      submit: (part, start) => this.#submit(target, new Chunk(part, false, start)) as Future<R[]>,
      chunksize: checkCount('chunksize', options.chunksize ?? 1),
      ahead: Math.max(MIN_AHEAD, this.#size * AHEAD_PER_WORKER),
      feeds: this.#feeds,
      ordered,
    });
  }

  #submit(target: Target, chunk: Chunk): Future<unknown[]> {
    return this.#scheduler.submit(target, [chunk]) as Future<unknown[]>;
  }

  #checkRunning(): void {
    if (this.#state !== 'running') throw new RangeError(`Cannot hand work to the pool: it is ${this.#state}`);
  }
}
