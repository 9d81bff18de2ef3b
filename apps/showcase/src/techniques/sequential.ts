import { countPrimes } from '../workloads/cpu-bound.ts';
import { waitBlocking } from '../workloads/io-bound.ts';
import { nothing } from '../workloads/nothing.ts';
import type { Technique } from './technique.ts';

/** One after the other, on the main thread. */
export const sequential: Technique = {
  name: 'sequential',
  workers: { waits: () => 1, computations: () => 1 },
  open: async () => ({
    ready: async () => nothing(),
    touch: async () => nothing(),
    waits: async (tasks, ms) => {
      for (let i = 0; i < tasks; i++) waitBlocking(ms);
    },
    computations: async (tasks, limit) => Array.from({ length: tasks }, () => countPrimes(limit)),
    [Symbol.asyncDispose]: async () => {},
  }),
};
