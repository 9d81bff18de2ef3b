import { asyncio } from '@weft/combined';
import { wallTime } from '../measure/stopwatch.ts';
import type { Claim } from './claim.ts';

const SECOND = 1000;

export const gatherOverlaps: Claim = {
  id: 'gather-overlaps',
  section: 'asyncio',
  sentence: 'Example: Using asyncio to perform two tasks concurrently',
  experiment: 'gather of two sleeps of one second each.',
  thresholds: () => [{ metric: 'wall time', unit: 'ms', atLeast: 950, atMost: 1300 }],
  expected: 'confirmed',
  because: 'Both sleeps pass at the same time: together they take as long as one.',
  measure: async () => ({
    'wall time': [
      await wallTime(() =>
        asyncio.run(() =>
          asyncio.gather(
            () => asyncio.sleep(SECOND),
            () => asyncio.sleep(SECOND),
          ),
        ),
      ),
    ],
  }),
};
