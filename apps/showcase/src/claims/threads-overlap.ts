import { threading } from '@weft/combined';
import { meetAndCompute } from '../experiments/overlap.ts';
import type { Claim } from './claim.ts';
import { repeat } from './lab.ts';

export const threadsOverlap: Claim = {
  id: 'threads-overlap',
  section: 'concurrency',
  sentence:
    'Concurrency focuses on efficiently handling multiple tasks to improve performance by overlapping their execution.',
  experiment:
    'Two threads meet at a barrier and count primes; how much of the shorter count happens while the other thread counts?',
  cores: 2,
  thresholds: () => [{ metric: 'overlap', unit: '', atLeast: 0.5 }],
  expected: 'confirmed',
  because: 'Two threads are two lines of execution of the system; on two cores they run at the same time.',
  measure: async ({ scale }) => {
    await using pool = new threading.ThreadPoolExecutor({ maxWorkers: 2 });
    return {
      overlap: await repeat(scale.claimRounds, async () => {
        const barrier = new threading.Barrier(2);
        const work = () => pool.submit(meetAndCompute, barrier, scale.computations.limit);
        const [one, other] = await Promise.all([work(), work()]);
        const together = Math.min(one.end, other.end) - Math.max(one.start, other.start);
        return Math.max(0, together) / Math.min(one.end - one.start, other.end - other.start);
      }),
    };
  },
};
