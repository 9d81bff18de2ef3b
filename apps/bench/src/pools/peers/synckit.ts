import type { Subject } from '../../bench-case.ts';
import { check } from '../../bench-case.ts';
import { perSecond } from '../load.ts';
import { workerFile } from './file.ts';

/** synckit, which does nothing but blocking calls. */
export const synckit: Subject = {
  name: 'synckit',
  package: 'synckit',
  role: 'peer',
  measure: async (amount, least) => {
    const { createSyncFn } = await import('synckit');
    const increment = createSyncFn<(value: number) => number>(workerFile('synckit'));
    return await perSecond({ amount, least }, async (count) => {
      for (let i = 0; i < count; i += 1) check(increment(i), i + 1, 'a blocking call');
    });
  },
};
