import { multiprocessing } from '@weft/combined';
import { increment, read } from '../experiments/module-variable.ts';
import type { Claim } from './claim.ts';

export const processesHaveOwnMemory: Claim = {
  id: 'processes-have-own-memory',
  section: 'multiprocessing',
  sentence: 'multiple processes, each with its own memory space',
  experiment: 'A child adds to a variable of a module; the parent reads that variable.',
  thresholds: () => [{ metric: 'additions that the parent sees', unit: '', atMost: 0 }],
  expected: 'confirmed',
  because: 'Parent and child have loaded the module each for itself. What is to be shared is put into shared memory.',
  measure: async () => {
    const before = read();
    const child = new multiprocessing.Process({ target: increment });
    child.start();
    await child.join();
    return { 'additions that the parent sees': [read() - before] };
  },
};
