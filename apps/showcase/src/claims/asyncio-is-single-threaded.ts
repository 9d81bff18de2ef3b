import { asyncio, threading } from '@weft/combined';
import { range } from '../examples/sum.ts';
import type { Claim } from './claim.ts';
import { rowOf } from './lab.ts';

const TASKS = 100;

export const asyncioIsSingleThreaded: Claim = {
  id: 'asyncio-is-single-threaded',
  section: 'asyncio',
  sentence: 'asyncio uses a single-threaded, cooperative multitasking approach',
  experiment: 'On how many threads do 100 tasks run, and how much faster do four counts of primes become as tasks?',
  cores: 1,
  thresholds: () => [
    { metric: 'threads', unit: '', atLeast: 1, atMost: 1 },
    { metric: 'speedup of CPU-bound work', unit: '×', atMost: 1.2 },
  ],
  expected: 'confirmed',
  because: 'Every task runs on the thread of its loop, one at a time, until it awaits.',
  measure: async (lab) => {
    const whereAmI = async () => {
      await asyncio.sleep(1);
      return threading.getIdent();
    };
    const idents = await asyncio.run(() => asyncio.gather(...Array.from(range(TASKS), () => whereAmI)));
    return {
      threads: [new Set(idents).size],
      'speedup of CPU-bound work': rowOf(lab, 'asyncio', 'CPU-bound').speedup.samples,
    };
  },
};
