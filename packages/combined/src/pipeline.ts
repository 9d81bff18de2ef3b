import { EventEmitter } from 'node:events';
import { availableParallelism } from 'node:os';
import { inspect } from 'node:util';
import type { AnyIterable, Executor, Target } from '@weft/core';
import { checkCount, checkOptions, describeTarget } from '@weft/core/lowlevel';
import { PipelineRun, type PipelineStats, type StagePlan } from './internal/pipeline/pipeline-run.ts';
import type { ErrorPolicy } from './internal/pipeline/stage.ts';
import { type Technique, type TechniqueName, asTasks, onExecutor } from './internal/pipeline/technique.ts';
import { checkIterable } from './internal/pipeline/source.ts';
import { showProgress } from './internal/pipeline/progress-bar.ts';

/** How the calls of one stage are made. */
export interface StageOptions {
  /** Names the stage in statistics. Left out, the function's name. */
  name?: string | undefined;
  /** Whether results keep the order of the items; otherwise they come as they are ready. @default true */
  ordered?: boolean | undefined;
  /** How often a call that fails is made again. @default 0 */
  retries?: number | undefined;
  /**
   * What an item becomes whose call failed for good: `throw` ends the pipeline with the error, `skip` leaves it out,
   * `settle` gives `{ status: 'rejected', reason, item }`, and `{ status: 'fulfilled', value }` for the others.
   *
   * @default 'throw'
   */
  onError?: ErrorPolicy | undefined;
  /**
   * How many items are handed over together. A worker that dies, or a result that cannot cross, fails all of them.
   *
   * @default 1
   */
  chunksize?: number | undefined;
  /** How many chunks may be under way or wait to be taken by the next stage. @default twice the concurrency */
  buffersize?: number | undefined;
}

/** How a stage of tasks works. */
export interface AsyncStageOptions extends StageOptions {
  /** How many calls run at once. @default 10 */
  concurrency?: number | undefined;
}

/** How a stage of threads or processes works. */
export interface WorkerStageOptions extends StageOptions {
  /** How many threads or processes. @default the number of cores */
  workers?: number | undefined;
  /** An executor to use instead of one of the stage's own; it is not shut down. If its queue is full, the stage waits. */
  executor?: Executor | undefined;
}

/** What a stage with `onError: 'settle'` gives. */
export type Settled<T, R> = { status: 'fulfilled'; value: R } | { status: 'rejected'; reason: unknown; item: T };

/** What a stage gives for each item. */
export type StageResult<T, R, O extends StageOptions> = O extends { onError: 'settle' }
  ? Settled<T, Awaited<R>>
  : Awaited<R>;

/** The events of a pipeline. */
export interface PipelineEvents {
  /** A result was given, at most once every 50 ms, and once more at the end. */
  progress: [stats: PipelineStats];
}

/**
 * Makes a pipeline: items go through stages, each of which calls a function on them in tasks, threads or processes.
 *
 * No stage takes more than its buffer holds, so that a slow one holds back those before it, down to the source. A
 * pipeline that is left early, fails, or whose task is cancelled ends what is under way and closes its source. Its calls
 * have the context variables of whoever runs it.
 *
 * @param source Any iterable, synchronous or asynchronous.
 * @param options `signal` ends the pipeline when it aborts.
 * @returns A pipeline without stages.
 * @throws {TypeError} If the source is not iterable, or `signal` is no AbortSignal.
 * @example
 * const words = await pipeline(urls)
 *   .async(fetchPage, { concurrency: 50 })
 *   .processes(countWords, { workers: 2, chunksize: 16 })
 *   .collect();
 */
export function pipeline<T>(source: AnyIterable<T>, options: { signal?: AbortSignal | undefined } = {}): Pipeline<T> {
  checkIterable(source, 'make a pipeline of');
  checkOptions('make a pipeline', options);
  const { signal } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw new TypeError(`Cannot use signal = ${inspect(signal)}: it must be an AbortSignal`);
  return new Pipeline<T>(source, signal);
}

/**
 * Stages that items go through. Made by {@link pipeline}.
 *
 * @example
 * for await (const words of pipeline(urls).async(fetchPage).threads(countWords)) console.log(words);
 */
export class Pipeline<T> extends EventEmitter<PipelineEvents> implements AsyncIterable<T> {
  readonly #source: AnyIterable<unknown>;
  readonly #signal: AbortSignal | undefined;
  readonly #plans: StagePlan[] = [];
  #run: PipelineRun | undefined;

  /** @internal */
  constructor(source: AnyIterable<unknown>, signal: AbortSignal | undefined) {
    super();
    this.#source = source;
    this.#signal = signal;
  }

  /**
   * Adds a stage whose calls are tasks of this thread: for waiting.
   *
   * A pipeline that is stopped cancels them and waits for their end: wrap foreign promises in `asyncio.cancellable`, so
   * that a call that waits for one can be cancelled.
   *
   * @param fn Called with each item; it need not be exported.
   * @returns This pipeline, whose items are now the results.
   * @throws {RangeError} If a number among the options is out of range.
   */
  async<R, const O extends AsyncStageOptions>(
    fn: (item: T) => R,
    options: O = {} as O,
  ): Pipeline<StageResult<T, R, O>> {
    checkOptions('add a stage', options);
    const concurrency = checkCount('concurrency', options.concurrency ?? 10);
    return this.#add('async', fn as Target, concurrency, options, () => asTasks(fn as Target));
  }

  /**
   * Adds a stage whose calls are made by threads.
   *
   * @param fn An exported function.
   * @returns This pipeline, whose items are now the results.
   * @throws {TargetError} If the threads could not find the function.
   * @throws {TypeError} If an option is of the wrong type.
   * @throws {RangeError} If a number among the options is out of range.
   */
  threads<R, const O extends WorkerStageOptions>(
    fn: (item: T) => R,
    options: O = {} as O,
  ): Pipeline<StageResult<T, R, O>> {
    return this.#addWorkers('threads', fn as Target, options);
  }

  /**
   * Adds a stage whose calls are made by processes.
   *
   * @param fn An exported function.
   * @returns This pipeline, whose items are now the results.
   * @throws {TargetError} If the processes could not find the function.
   * @throws {TypeError} If an option is of the wrong type.
   * @throws {RangeError} If a number among the options is out of range.
   */
  processes<R, const O extends WorkerStageOptions>(
    fn: (item: T) => R,
    options: O = {} as O,
  ): Pipeline<StageResult<T, R, O>> {
    return this.#addWorkers('processes', fn as Target, options);
  }

  /** Shows a progress bar on a terminal while the pipeline runs; nothing where there is no terminal. */
  withProgressBar(options: { total?: number | undefined; stream?: NodeJS.WriteStream | undefined } = {}): this {
    checkOptions('show a progress bar', options);
    const { stream } = options;
    if (stream !== undefined && typeof (stream as Partial<NodeJS.WriteStream> | null)?.write !== 'function')
      throw new TypeError(`Cannot use stream = ${inspect(stream, { depth: 0 })}: it must be a stream to write to`);
    showProgress(this as Pipeline<unknown>, options);
    return this;
  }

  /**
   * Runs the pipeline.
   *
   * @returns All results.
   * @throws Whatever the source or, with `onError: 'throw'`, a call threw.
   */
  async collect(): Promise<T[]> {
    const results: T[] = [];
    for await (const result of this) results.push(result);
    return results;
  }

  /**
   * Runs the pipeline and calls a function with each result, one after the other.
   *
   * @returns What the stages have done.
   */
  async forEach(fn: (result: T) => unknown): Promise<PipelineStats> {
    for await (const result of this) await fn(result);
    return this.stats();
  }

  /** What the stages have done so far in this run, or in the last one. */
  stats(): PipelineStats {
    return this.#run?.stats() ?? { elapsed: 0, results: 0, ended: false, stages: [], bottleneck: undefined };
  }

  /** Runs the pipeline; leaving the loop stops it. */
  [Symbol.asyncIterator](): AsyncIterator<T> {
    const report = (stats: PipelineStats): void => {
      this.emit('progress', stats);
    };
    this.#run = new PipelineRun(this.#source, this.#plans, this.#signal, report);
    return this.#run as unknown as AsyncIterator<T>;
  }

  [inspect.custom](): string {
    const stages = this.#plans.map(({ technique, name }) => `${technique} ${name}`).join(' → ') || 'no stages';
    const { results, ended } = this.stats();
    const state = this.#run === undefined ? 'not begun' : `${ended ? 'ended' : 'running'}, ${results} results`;
    return `Pipeline { ${stages}, ${state} }`;
  }

  #addWorkers<R>(technique: 'threads' | 'processes', fn: Target, options: WorkerStageOptions): Pipeline<R> {
    checkOptions('add a stage', options);
    const workers = checkCount('workers', options.workers ?? availableParallelism());
    const { executor } = options;
    if (executor !== undefined && typeof (executor as Partial<Executor> | null)?.with !== 'function')
      throw new TypeError(`Cannot use executor = ${inspect(executor)}: it is not an executor`);
    describeTarget(fn);
    return this.#add(technique, fn, workers, options, () => onExecutor(technique, fn, workers, executor));
  }

  #add<R>(
    technique: TechniqueName,
    fn: Target,
    concurrency: number,
    options: StageOptions,
    open: () => Technique<unknown, unknown>,
  ): Pipeline<R> {
    if (typeof fn !== 'function') throw new TypeError(`Cannot call ${String(fn)} in a stage: it is not a function`);
    const { retries = 0, onError = 'throw' } = options;
    if (!Number.isInteger(retries) || retries < 0)
      throw new RangeError(`Cannot use retries = ${retries}: it must be 0 or more`);
    if (!['throw', 'skip', 'settle'].includes(onError)) {
      throw new RangeError(`Cannot use onError = ${String(onError)}: it is 'throw', 'skip' or 'settle'`);
    }
    // Workers are given one chunk more than they work on, so that the next is there when they are done with one.
    const underWay = technique === 'async' ? concurrency : concurrency + 1;
    this.#plans.push({
      name: options.name ?? (fn.name || `stage ${this.#plans.length + 1}`),
      technique,
      capacity: concurrency,
      settings: {
        concurrency: underWay,
        chunksize: checkCount('chunksize', options.chunksize ?? 1),
        buffersize: checkCount('buffersize', options.buffersize ?? 2 * underWay),
        ordered: options.ordered ?? true,
        retries,
        onError,
      },
      open,
    });
    return this as unknown as Pipeline<R>;
  }
}
