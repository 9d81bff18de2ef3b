import { asyncio } from '@weft/combined';
import { longestGap } from '../experiments/ticker.ts';
import { waitBlocking } from '../workloads/io-bound.ts';
import type { Claim } from './claim.ts';
import { repeat } from './lab.ts';

const WAIT = 100;

export const asyncioNeedsCoroutines: Claim = {
  id: 'asyncio-needs-coroutines',
  section: 'comparison',
  sentence: 'Requires re-writing functions as coroutines',
  experiment: 'A wait of 100 ms in a task, once as a blocking call and once awaited, beside a ticker of 10 ms.',
  thresholds: () => [
    { metric: 'longest gap beside a blocking call', unit: 'ms', atLeast: 90 },
    { metric: 'longest gap beside an awaited one', unit: 'ms', atMost: 50 },
  ],
  expected: 'confirmed',
  because: 'The loop goes on only where a task awaits. A call that blocks the thread blocks every task on it.',
  measure: async ({ scale }) => ({
    'longest gap beside a blocking call': await repeat(scale.claimRounds, () =>
      longestGap(() => asyncio.run(async () => waitBlocking(WAIT))),
    ),
    'longest gap beside an awaited one': await repeat(scale.claimRounds, () =>
      longestGap(() => asyncio.run(() => asyncio.sleep(WAIT))),
    ),
  }),
};
