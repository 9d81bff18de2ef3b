import { multiprocessing } from '@weft/combined';
import { range } from '../examples/sum.ts';
import { countPrimes } from '../workloads/cpu-bound.ts';
import { waitBlocking } from '../workloads/io-bound.ts';
import { nothing } from '../workloads/nothing.ts';
import type { Technique } from './technique.ts';

/** More processes than this for work that only waits would be a waste that nobody recommends. */
const MOST_FOR_WAITS = 4;

/** A pool of processes. */
export const processes: Technique = {
  name: 'multiprocessing',
  workers: { waits: (tasks) => Math.min(tasks, MOST_FOR_WAITS), computations: (cores) => cores },
  open: async (workers) => {
    const pool = new multiprocessing.Pool(workers);
    const touch = async (): Promise<void> => {
      await Promise.all(Array.from(range(workers), () => pool.apply(nothing)));
    };
    return {
      // A pool starts its processes with itself; they load the workloads when they warm up.
      ready: touch,
      touch,
      waits: async (tasks, ms) => {
        await pool.map(waitBlocking, Array<number>(tasks).fill(ms), { chunksize: 1 });
      },
      computations: (tasks, limit) => pool.map(countPrimes, Array<number>(tasks).fill(limit), { chunksize: 1 }),
      [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
    };
  },
};
