import type { Claim } from './claim.ts';
import { startCostOf } from './lab.ts';

export const asyncioIsLightweight: Claim = {
  id: 'asyncio-is-lightweight',
  section: 'asyncio',
  sentence: 'Lightweight compared to threading and multiprocessing.',
  experiment:
    'What 10,000 waiting tasks and 100 waiting threads (10 for a quick look) add to the memory of a fresh program (PSS), by unit.',
  thresholds: () => [{ metric: 'memory of a thread by that of a task', unit: '×', atLeast: 20 }],
  expected: 'confirmed',
  because: 'A task is a few objects on the heap. A thread has a stack, a heap and an event loop of its own.',
  measure: async (lab) => {
    const task = startCostOf(lab, 'asyncio').memoryPerWorker;
    const thread = startCostOf(lab, 'threading').memoryPerWorker;
    if (task === undefined || thread === undefined) return {};
    return { 'memory of a thread by that of a task': [thread / task] };
  },
};
