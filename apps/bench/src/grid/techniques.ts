import { availableParallelism } from 'node:os';
import { AsyncPool, type Recommendation, asyncio, futures } from '@weft/combined';
import { type Item, work } from './workload.ts';

type Technique = Recommendation['technique'];

/** Does the whole work with each technique, from nothing: what a recommendation has to foresee. */
export const techniques: Record<Technique, (items: Item[]) => Promise<unknown>> = {
  sequential: async (items) => {
    for (const item of items) await work(item);
  },
  asyncio: (items) => asyncio.run(() => asyncio.gather(...items.map((item) => () => work(item)))),
  threading: async (items) => {
    await using executor = new futures.ThreadPoolExecutor();
    await Promise.all(items.map((item) => executor.submit(work, item)));
  },
  multiprocessing: async (items) => {
    await using executor = new futures.ProcessPoolExecutor();
    await Promise.all(items.map((item) => executor.submit(work, item)));
  },
  combined: async (items) => {
    await using pool = new AsyncPool({ kind: 'thread', workers: availableParallelism(), concurrency: 64 });
    await pool.map(work, items);
  },
};
