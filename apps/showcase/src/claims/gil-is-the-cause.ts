import type { Claim } from './claim.ts';
import { rowOf, scalingOn } from './lab.ts';

export const gilIsTheCause: Claim = {
  id: 'gil-is-the-cause',
  section: 'threading',
  sentence:
    "Not effective for CPU-bound tasks due to Python's Global Interpreter Lock (GIL), which restricts threads to execute one at a time.",
  experiment: 'The same threads, the same counts of primes: only the emulated GIL is taken away.',
  cores: 2,
  thresholds: (cores) => [
    { metric: 'speedup without a GIL', unit: '×', atLeast: scalingOn(cores) },
    { metric: 'speedup under the emulated GIL', unit: '×', atMost: 1.2 },
  ],
  expected: 'confirmed',
  because:
    'The lock is the one thing that differs between the two measurements, so it is what keeps threads from computing at the same time.',
  measure: async (lab) => ({
    'speedup without a GIL': rowOf(lab, 'threading', 'CPU-bound').speedup.samples,
    'speedup under the emulated GIL': rowOf(lab, 'threading, emulated GIL', 'CPU-bound').speedup.samples,
  }),
};
