import type { FileGate } from '@weft/testkit';
import { executorFailureRows } from './executor-failure-rows.ts';
import { executorLifeRows } from './executor-life-rows.ts';
import { recyclingRows } from './executor-recycling-rows.ts';
import { mapRows } from './executor-map-rows.ts';
import { submitRows } from './executor-submit-rows.ts';
import { type MakeGate, gated } from './gated.ts';
import { type Row, type SuiteOptions, collectRows, defineSuite } from './suite.ts';
import * as standardTasks from './tasks.ts';

/** What the suite asks of the future of a submitted task. */
export interface TaskFutureLike<T = unknown> extends PromiseLike<T> {
  cancel(): boolean;
  cancelled(): boolean;
  running(): boolean;
  done(): boolean;
  result(options?: { timeout?: number; signal?: AbortSignal }): PromiseLike<T>;
  exception(): PromiseLike<unknown>;
}

/** What the suite asks of an executor. */
export interface ExecutorLike {
  submit<A extends unknown[], R>(run: (...args: A) => R, ...args: A): TaskFutureLike<Awaited<R>>;
  map<T, R>(
    run: (item: T) => R,
    items: Iterable<T> | AsyncIterable<T>,
    options?: { timeout?: number; chunksize?: number; buffersize?: number },
  ): AsyncIterableIterator<Awaited<R>>;
  starmap<A extends unknown[], R>(
    run: (...args: A) => R,
    items: Iterable<A> | AsyncIterable<A>,
  ): AsyncIterableIterator<Awaited<R>>;
  with(options: {
    signal?: AbortSignal;
    priority?: number;
    timeout?: number;
    transfer?: readonly ArrayBuffer[];
  }): ExecutorLike;
  shutdown(options?: { wait?: boolean; cancelFutures?: boolean }): PromiseLike<void>;
  stats(): { workers: number; busy: number; queued: number; done: number; failed: number };
  [Symbol.asyncDispose](): PromiseLike<void>;
}

/** What the suite gives the constructor of an executor. */
export interface CreateExecutorOptions {
  maxWorkers?: number;
  initializer?: (...args: never[]) => unknown;
  initargs?: unknown[];
  maxTasksPerChild?: number;
  maxTasksPerWorker?: number;
}

/** How to make what the suite is about. */
export interface ExecutorSuiteOptions extends SuiteOptions {
  create(options?: CreateExecutorOptions): ExecutorLike;
  /** The option with which workers are replaced after so many tasks; left out, the rows about that are absent. */
  recycling?: 'maxTasksPerChild' | 'maxTasksPerWorker' | undefined;
  /** The functions that it runs; left out, those of `@weft/conformance/tasks`. */
  tasks?: typeof standardTasks | undefined;
}

/** What the rows of an executor need. */
export interface ExecutorRows {
  readonly tasks: typeof standardTasks;
  create(options?: CreateExecutorOptions): ExecutorLike;
  /** Adds a row. */
  row(title: string, body: (makeGate: MakeGate) => unknown): void;
  /** Adds a row that has an executor, which is shut down afterwards whatever happens. */
  withExecutor(
    title: string,
    options: CreateExecutorOptions,
    body: (executor: ExecutorLike, makeGate: MakeGate) => unknown,
  ): void;
}

/** Checks that an executor behaves as those of `concurrent.futures` do. */
export function executorConformance(name: string, options: ExecutorSuiteOptions): void {
  defineSuite(name, executorRows(options));
}

/** The rows of {@link executorConformance}. */
export function executorRows(options: ExecutorSuiteOptions): Row[] {
  return collectRows(options, (define) => {
    const row: ExecutorRows['row'] = (title, body) => define(title, gated(body));
    const rows: ExecutorRows = {
      tasks: options.tasks ?? standardTasks,
      create: (made) => options.create(made),
      row,
      withExecutor: (title, made, body) => {
        row(title, async (makeGate) => {
          const executor = options.create(made);
          const gates: FileGate[] = [];
          try {
            await body(executor, () => {
              const gate = makeGate();
              gates.push(gate);
              return gate;
            });
          } finally {
            // A row that fails must not leave its tasks waiting.
            for (const gate of gates) gate.open();
            await executor.shutdown({ wait: true, cancelFutures: true });
          }
        });
      },
    };
    submitRows(rows);
    mapRows(rows);
    executorLifeRows(rows);
    executorFailureRows(rows);
    if (options.recycling) recyclingRows(rows, options.recycling);
  });
}
