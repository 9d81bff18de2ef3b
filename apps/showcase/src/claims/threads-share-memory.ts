import { threading } from '@weft/combined';
import { increment, read } from '../experiments/module-variable.ts';
import type { Claim } from './claim.ts';

export const threadsShareMemory: Claim = {
  id: 'threads-share-memory',
  section: 'threading',
  sentence:
    'Threading is a technique that allows multiple threads (lightweight processes) to execute in the same memory space.',
  experiment: 'A thread adds to a variable of a module; the main thread reads that variable.',
  thresholds: () => [{ metric: 'additions that the main thread sees', unit: '', atLeast: 1 }],
  expected: 'refuted',
  because:
    'In Node each thread has modules, variables and objects of its own. What is to be shared is shared on purpose: locks, queues, SharedArrayBuffer.',
  measure: async () => {
    const before = read();
    await new threading.Thread({ target: increment }).start().join();
    return { 'additions that the main thread sees': [read() - before] };
  },
};
