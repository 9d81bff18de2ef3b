import type { Claim } from './claim.ts';
import { startCostOf } from './lab.ts';

export const processesCostMemory: Claim = {
  id: 'processes-cost-memory',
  section: 'multiprocessing',
  sentence: 'Higher memory consumption due to separate processes.',
  experiment: 'What one more thread and one more process that wait add to the memory of all processes together (PSS).',
  thresholds: () => [{ metric: 'memory of a process by that of a thread', unit: '×', atLeast: 1.1 }],
  expected: 'confirmed',
  because:
    'A process has a heap, a runtime and an event loop of its own; a thread shares the runtime and brings a heap and a loop.',
  measure: async (lab) => {
    const thread = startCostOf(lab, 'threading').memoryPerWorker;
    const child = startCostOf(lab, 'multiprocessing').memoryPerWorker;
    if (thread === undefined || child === undefined || thread === 0) return {};
    return { 'memory of a process by that of a thread': [child / thread] };
  },
};
