import type { Claim } from './claim.ts';
import { rowOf } from './lab.ts';

export const threadsSpeedUpIo: Claim = {
  id: 'threads-speed-up-io',
  section: 'threading',
  sentence: 'Best suited for I/O-bound tasks (e.g., reading/writing files, network communication).',
  experiment: '20 blocking waits of 50 ms, one after the other and on 20 threads that are ready.',
  thresholds: () => [{ metric: 'speedup', unit: '×', atLeast: 10 }],
  expected: 'confirmed',
  because: 'A thread that waits needs no processor, so that twenty of them wait at the same time.',
  measure: async (lab) => ({ speedup: rowOf(lab, 'threading', 'I/O-bound').speedup.samples }),
};
