import { multiprocessing } from '@weft/combined';
import { computeAndTell } from '../experiments/overlap.ts';
import type { Claim } from './claim.ts';
import { repeat } from './lab.ts';

export const poolRunsInParallel: Claim = {
  id: 'pool-runs-in-parallel',
  section: 'multiprocessing',
  sentence: 'The multiprocessing module enables parallel execution by creating multiple processes',
  experiment:
    'Pool(2).map over two equal counts of primes: in how many processes do they run, and how much of one happens during the other?',
  cores: 2,
  thresholds: () => [
    { metric: 'processes', unit: '', atLeast: 2 },
    { metric: 'overlap', unit: '', atLeast: 0.5 },
  ],
  expected: 'confirmed',
  because: 'The pool gives each of its processes one of the two items, and they compute at the same time.',
  measure: async ({ scale }) => {
    await using pool = new multiprocessing.Pool(2);
    const twice = [scale.computations.limit, scale.computations.limit];
    await pool.map(computeAndTell, twice, { chunksize: 1 });
    const rounds = await repeat(scale.claimRounds, () => pool.map(computeAndTell, twice, { chunksize: 1 }));
    return {
      processes: rounds.map((intervals) => new Set(intervals.map(({ pid }) => pid)).size),
      overlap: rounds.map((intervals) => {
        const together =
          Math.min(...intervals.map(({ end }) => end)) - Math.max(...intervals.map(({ start }) => start));
        return Math.max(0, together) / Math.min(...intervals.map(({ start, end }) => end - start));
      }),
    };
  },
};
