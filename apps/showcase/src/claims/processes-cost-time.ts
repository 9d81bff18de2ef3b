import type { Claim } from './claim.ts';
import { startCostOf } from './lab.ts';

export const processesCostTime: Claim = {
  id: 'processes-cost-time',
  section: 'comparison',
  sentence: 'Higher resource usage due to process overhead.',
  experiment: 'Time from nothing to the first result: a pool of one process, a pool of one thread.',
  thresholds: () => [{ metric: 'start of a process by that of a thread', unit: '×', atLeast: 1.1 }],
  expected: 'confirmed',
  because: 'A new process loads the runtime again; a new thread only makes another heap in the one that runs.',
  measure: async (lab) => {
    const threads = startCostOf(lab, 'threading').coldStart.samples;
    const processes = startCostOf(lab, 'multiprocessing').coldStart.samples;
    const ratios = processes.map((milliseconds, round) => milliseconds / (threads[round] ?? Number.NaN));
    return { 'start of a process by that of a thread': ratios };
  },
};
