import type { Claim } from './claim.ts';
import { rowOf, scalingOn } from './lab.ts';

export const processesScale: Claim = {
  id: 'processes-scale',
  section: 'multiprocessing',
  sentence: 'It bypasses the Global Interpreter Lock (GIL), making it suitable for CPU-bound tasks.',
  experiment: 'Four counts of primes, one after the other and on a pool of as many processes as there are cores.',
  cores: 2,
  thresholds: (cores) => [{ metric: 'speedup', unit: '×', atLeast: scalingOn(cores) }],
  expected: 'confirmed',
  because: 'Each process computes on a core of its own, whatever the others do.',
  measure: async (lab) => ({ speedup: rowOf(lab, 'multiprocessing', 'CPU-bound').speedup.samples }),
};
