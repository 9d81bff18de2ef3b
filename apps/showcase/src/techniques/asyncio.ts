import { asyncio } from '@weft/combined';
import { range } from '../examples/sum.ts';
import { countPrimes } from '../workloads/cpu-bound.ts';
import { nothing } from '../workloads/nothing.ts';
import type { Technique } from './technique.ts';

/** Tasks on the event loop of one thread. */
export const tasks: Technique = {
  name: 'asyncio',
  workers: { waits: () => 1, computations: () => 1 },
  open: async () => ({
    ready: async () => nothing(),
    touch: () => asyncio.run(async () => nothing()),
    waits: async (count, ms) => {
      await asyncio.run(async () => {
        await asyncio.gather(...Array.from(range(count), () => () => asyncio.sleep(ms)));
      });
    },
    computations: (count, limit) =>
      asyncio.run(() => asyncio.gather(...Array.from(range(count), () => async () => countPrimes(limit)))),
    [Symbol.asyncDispose]: async () => {},
  }),
};
