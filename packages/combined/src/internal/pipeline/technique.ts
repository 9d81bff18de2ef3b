import { type Executor, type Target } from '@weft/core';
import { describeTarget } from '@weft/core/lowlevel';
import { ProcessPoolExecutor } from '@weft/multiprocessing';
import { ThreadPoolExecutor } from '@weft/threading';
import { withContext } from '../with-context.ts';
import { receiveOutcomes, runChunk } from './run-chunk.ts';
import type { Outcome, Work } from './stage.ts';

/** Where the calls of a stage are made. */
export type TechniqueName = 'async' | 'threads' | 'processes';

/** The means of a stage while its pipeline runs. */
export interface Technique<T, R> {
  work: Work<T, R>;
  close(): Promise<void>;
}

/** Makes calls as tasks of this thread. */
export function asTasks<T, R>(target: (item: T) => R): Technique<T, Awaited<R>> {
  const call = async (item: T): Promise<Outcome<Awaited<R>>> => {
    try {
      return { ok: true, value: await target(item) };
    } catch (error) {
      return { ok: false, error };
    }
  };
  return {
    work: async (items, signal) => {
      const outcomes: Outcome<Awaited<R>>[] = [];
      for (const item of items) {
        signal.throwIfAborted();
        outcomes.push(await call(item));
      }
      return outcomes;
    },
    close: async () => {},
  };
}

/**
 * Makes calls on an executor, which take the context variables along.
 *
 * @param shared The executor; left out, one of the stage's own, which is shut down with the pipeline.
 */
export function onExecutor<T, R>(
  name: 'threads' | 'processes',
  target: (item: T) => R,
  workers: number,
  shared: Executor | undefined,
): Technique<T, Awaited<R>> {
  const reference = describeTarget(target as Target);
  const executor = shared ?? makeExecutor(name, workers);
  return {
    work: async (items, signal) => {
      // The queue of an executor that is lent may have a bound.
      if (shared !== undefined && 'room' in shared) await (shared as ThreadPoolExecutor).room({ signal });
      const carried = withContext(target as Target, []);
      const [called, luggage] = carried ? [describeTarget(carried.target), carried.args] : [reference, []];
      return receiveOutcomes(await executor.with({ signal }).submit(runChunk, called, items, ...luggage));
    },
    close: async () => {
      if (shared === undefined) await executor.shutdown({ wait: true, cancelFutures: true });
    },
  };
}

// A worker that dies fails its own chunk, and not those after it.
function makeExecutor(name: 'threads' | 'processes', maxWorkers: number): Executor {
  const settings = { maxWorkers, onWorkerDeath: 'replace' } as const;
  return name === 'threads' ? new ThreadPoolExecutor(settings) : new ProcessPoolExecutor(settings);
}
