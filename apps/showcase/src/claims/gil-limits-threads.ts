import type { Claim } from './claim.ts';
import { rowOf } from './lab.ts';

export const gilLimitsThreads: Claim = {
  id: 'gil-limits-threads',
  section: 'comparison',
  sentence: 'Limited by the Global Interpreter Lock (GIL), not effective for CPU-bound tasks.',
  experiment:
    'Four counts of primes, one after the other and on as many threads as there are cores, without and with an emulated GIL.',
  cores: 2,
  thresholds: () => [
    { metric: 'speedup', unit: '×', atLeast: 0.8, atMost: 1.2 },
    { metric: 'speedup under the GIL', unit: '×', atLeast: 0.8, atMost: 1.2, emulated: true },
  ],
  expected: 'confirmed only with an emulated GIL',
  because:
    'Node has no global interpreter lock: its threads compute at the same time. Under a lock that works as CPython’s does they gain nothing.',
  measure: async (lab) => ({
    speedup: rowOf(lab, 'threading', 'CPU-bound').speedup.samples,
    'speedup under the GIL': rowOf(lab, 'threading, emulated GIL', 'CPU-bound').speedup.samples,
  }),
};
