import { threading } from '@weft/combined';
import { EmulatedGil } from '../gil/emulated-gil.ts';
import { countPrimes } from '../workloads/cpu-bound.ts';
import { waitBlocking } from '../workloads/io-bound.ts';
import { nothing } from '../workloads/nothing.ts';
import { range } from '../examples/sum.ts';
import type { Crew, Technique } from './technique.ts';

const workers = { waits: (tasks: number) => tasks, computations: (cores: number) => cores };

/** Threads, as Node has them. */
export const threads: Technique = {
  name: 'threading',
  workers,
  open: async (maxWorkers) => openCrew(maxWorkers, []),
};

/** The same threads under a lock that lets one of them run at a time, as Python's have to live with. */
export const threadsWithGil: Technique = {
  name: 'threading, emulated GIL',
  workers,
  open: async (maxWorkers) => openCrew(maxWorkers, [new EmulatedGil()]),
};

async function openCrew(maxWorkers: number, rules: [EmulatedGil?]): Promise<Crew> {
  const pool = new threading.ThreadPoolExecutor({ maxWorkers });
  const touch = async (): Promise<void> => {
    await Promise.all(Array.from(range(maxWorkers), () => pool.submit(nothing)));
  };
  return {
    ready: async () => {
      await touch();
      await pool.broadcast(waitBlocking, 0, ...rules);
      await pool.broadcast(countPrimes, 2, ...rules);
    },
    touch,
    waits: async (tasks, ms) => {
      await Promise.all(Array.from(range(tasks), () => pool.submit(waitBlocking, ms, ...rules)));
    },
    computations: (tasks, limit) =>
      Promise.all(Array.from(range(tasks), () => pool.submit(countPrimes, limit, ...rules))),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}
