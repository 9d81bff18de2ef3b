import type { BenchCase } from '../bench-case.ts';
import { loopDelayIdle, loopDelayWhileComputing, overlap } from '../combination/overlap.ts';
import { python } from '../python.ts';

/** Processes that compute while tasks wait. */
export const combined: BenchCase[] = [
  {
    area: 'combined',
    name: 'computing in processes while tasks wait',
    unit: '× the longer part',
    better: 'lower',
    amounts: { toy: 20, quick: 300, full: 1_000 },
    note: 'The wall time of both together, divided by the longer of the two alone: 1 is a perfect overlap, 2 none.',
    subjects: [
      { name: '@weft/combined', role: 'ours', package: '@weft/combined', measure: overlap },
      python('Python asyncio and Pool', 'combination'),
    ],
  },
  {
    area: 'combined',
    name: 'delay of the event loop while the pool computes, p99',
    unit: 'ms',
    better: 'lower',
    amounts: { toy: 50, quick: 500, full: 2_000 },
    subjects: [
      { name: '@weft/combined', role: 'ours', package: '@weft/combined', measure: loopDelayWhileComputing },
      { name: 'an idle event loop', role: 'floor', measure: loopDelayIdle },
    ],
  },
];
