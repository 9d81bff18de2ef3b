import type { AnyIterable } from '@weft/core';
import { keepAlive } from '@weft/core/lowlevel';
import { Source } from './source.ts';
import { type Outcome, Stage, type StageSettings } from './stage.ts';
import { StageMeter, type StageStats } from './stage-meter.ts';
import type { Technique, TechniqueName } from './technique.ts';

/** What a pipeline has done. */
export interface PipelineStats {
  /** Since the pipeline began, in milliseconds. */
  elapsed: number;
  /** How many results were given. */
  results: number;
  /** Whether the pipeline is over. */
  ended: boolean;
  stages: StageStats[];
  /** The stage that the others wait for: the one that was busiest. */
  bottleneck: string | undefined;
}

/** What a stage is to be, before its pipeline runs. */
export interface StagePlan {
  name: string;
  technique: TechniqueName;
  capacity: number;
  settings: StageSettings;
  open(): Technique<unknown, unknown>;
}

const REPORT_INTERVAL = 50;

/** One run of a pipeline: its stages, chained. */
export class PipelineRun implements AsyncIterator<unknown> {
  readonly #began = performance.now();
  readonly #meters: StageMeter[] = [];
  readonly #techniques: Technique<unknown, unknown>[] = [];
  readonly #last: AsyncIterator<unknown> & { fail?(error: unknown): void };
  readonly #signal: AbortSignal | undefined;
  readonly #report: (stats: PipelineStats) => void;
  #results = 0;
  #reported = -Infinity;
  #ended: number | undefined;
  #closing: Promise<void> | undefined;

  constructor(
    items: AnyIterable<unknown>,
    plans: readonly StagePlan[],
    signal: AbortSignal | undefined,
    report: (stats: PipelineStats) => void,
  ) {
    this.#report = report;
    this.#signal = signal;
    let last: AsyncIterator<unknown> = new Source(items);
    for (const { name, technique, capacity, settings, open } of plans) {
      const meter = new StageMeter(name, technique, capacity);
      const opened = open();
      this.#meters.push(meter);
      this.#techniques.push(opened);
      last = new Stage(last, opened.work, settings, meter);
    }
    // A source alone cannot be told to stop.
    this.#last = plans.length === 0 && signal !== undefined ? passOn(last) : last;
    signal?.addEventListener('abort', this.#onAbort);
  }

  async next(): Promise<IteratorResult<unknown>> {
    // The timer of `AbortSignal.timeout` keeps no process alive.
    const letGo = this.#signal && keepAlive();
    try {
      this.#signal?.throwIfAborted();
      const step = await this.#last.next();
      if (step.done === true) await this.#close();
      else this.#count();
      return step;
    } catch (error) {
      // What failed first is told, and not what its cleanup ran into.
      await this.return().catch(() => undefined);
      throw error;
    } finally {
      letGo?.();
    }
  }

  async return(): Promise<IteratorResult<unknown>> {
    try {
      await this.#last.return?.();
    } finally {
      await this.#close();
    }
    return { done: true, value: undefined };
  }

  stats(): PipelineStats {
    const stages = this.#meters.map((meter) => meter.stats());
    const busiest = stages.reduce<StageStats | undefined>(
      (most, stage) => (most === undefined || stage.utilisation > most.utilisation ? stage : most),
      undefined,
    );
    const elapsed = (this.#ended ?? performance.now()) - this.#began;
    return { elapsed, results: this.#results, ended: this.#ended !== undefined, stages, bottleneck: busiest?.name };
  }

  readonly #onAbort = (): void => {
    this.#last.fail?.(this.#signal?.reason);
  };

  #count(): void {
    this.#results += 1;
    if (performance.now() - this.#reported < REPORT_INTERVAL) return;
    this.#reported = performance.now();
    this.#report(this.stats());
  }

  #close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#ended = performance.now();
    this.#signal?.removeEventListener('abort', this.#onAbort);
    await Promise.all(this.#techniques.map((technique) => technique.close()));
    this.#report(this.stats());
  }
}

/** Makes a stage that gives what it takes, one at a time. */
function passOn(items: AsyncIterator<unknown>): Stage<unknown, unknown> {
  const work = async (chunk: unknown[]): Promise<Outcome<unknown>[]> => chunk.map((value) => ({ ok: true, value }));
  const settings = {
    concurrency: 1,
    chunksize: 1,
    buffersize: 1,
    ordered: true,
    retries: 0,
    onError: 'throw',
  } as const;
  return new Stage(items, work, settings, new StageMeter('source', 'async', 1));
}
