import type { Subject } from '../../bench-case.ts';
import { check } from '../../bench-case.ts';
import { workerFile } from './file.ts';

/** synckit, which does nothing but blocking calls. */
export const synckit: Subject = {
  name: 'synckit',
  package: 'synckit',
  role: 'peer',
  measure: async (amount) => {
    const { createSyncFn } = await import('synckit');
    const increment = createSyncFn<(value: number) => number>(workerFile('synckit'));
    for (let i = 0; i < amount / 10; i += 1) check(increment(i), i + 1, 'a blocking call');
    const begun = performance.now();
    for (let i = 0; i < amount; i += 1) check(increment(i), i + 1, 'a blocking call');
    return (amount / (performance.now() - begun)) * 1_000;
  },
};
