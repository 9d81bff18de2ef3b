import { availableParallelism } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { asyncio, multiprocessing } from '@weft/combined';
import { range } from '../examples/sum.ts';
import { countPrimes } from '../workloads/cpu-bound.ts';
import type { Claim } from './claim.ts';
import { repeat } from './lab.ts';

const NANOSECONDS = 1e6;

export const poolAndLoopCombine: Claim = {
  id: 'pool-and-loop-combine',
  section: 'combined',
  sentence: 'Use asyncio for I/O-bound tasks within a multiprocessing setup.',
  experiment:
    'A pool of processes computes on all cores but one while 50 tasks sleep again and again on the event loop.',
  thresholds: () => [{ metric: 'loop delay, 99th percentile', unit: 'ms', atMost: 30 }],
  expected: 'confirmed',
  because: 'The pool computes elsewhere: the loop only hands out the work and takes the results.',
  measure: async ({ scale }) => {
    await using pool = new multiprocessing.Pool(Math.max(1, availableParallelism() - 1));
    const counts = Array<number>(4).fill(scale.computations.limit);
    await pool.map(countPrimes, counts, { chunksize: 1 });
    return {
      'loop delay, 99th percentile': await repeat(scale.claimRounds, async () => {
        const delay = monitorEventLoopDelay({ resolution: 1 });
        delay.enable();
        await asyncio.run(() =>
          asyncio.gather(
            () => pool.map(countPrimes, counts, { chunksize: 1 }),
            ...Array.from(range(50), () => sleepALot),
          ),
        );
        delay.disable();
        return delay.percentile(99) / NANOSECONDS;
      }),
    };
  },
};

async function sleepALot(): Promise<void> {
  for (const _ of range(20)) await asyncio.sleep(5);
}
