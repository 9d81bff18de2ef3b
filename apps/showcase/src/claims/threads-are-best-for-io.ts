import { asyncio, threading } from '@weft/combined';
import { range } from '../examples/sum.ts';
import { interleave } from '../measure/interleave.ts';
import { wallTime } from '../measure/stopwatch.ts';
import { waitBlocking } from '../workloads/io-bound.ts';
import type { Claim } from './claim.ts';

const FEW = 20;
const MANY = 2000;
const THREADS = 32;
const WAIT = 5;

export const threadsAreBestForIo: Claim = {
  id: 'threads-are-best-for-io',
  section: 'comparison',
  sentence: 'threading: Best For I/O-bound tasks',
  experiment:
    '20 and 2,000 waits of 5 ms, on 32 threads (what Python takes at most by default) and as tasks of asyncio.',
  thresholds: () => [
    { metric: 'asyncio’s time by that of threads, 20 waits', unit: '×', atLeast: 1 },
    { metric: 'asyncio’s time by that of threads, 2,000 waits', unit: '×', atLeast: 1 },
  ],
  expected: 'refuted',
  because:
    'Threads wait at the same time only as long as there are enough of them. Tasks cost so little that there is one for each wait.',
  measure: async ({ scale }) => {
    await using pool = new threading.ThreadPoolExecutor({ maxWorkers: THREADS });
    const onThreads = (count: number) =>
      wallTime(() => Promise.all(Array.from(range(count), () => pool.submit(waitBlocking, WAIT))));
    const asTasks = (count: number) =>
      wallTime(() => asyncio.run(() => asyncio.gather(...Array.from(range(count), () => () => asyncio.sleep(WAIT)))));
    await onThreads(THREADS);
    const cases = [FEW, MANY].flatMap((count) => [
      { name: `threads ${count}`, measure: () => onThreads(count) },
      { name: `tasks ${count}`, measure: () => asTasks(count) },
    ]);
    const times = await interleave(cases, scale.claimRounds);
    const ratios = (count: number) =>
      (times.get(`tasks ${count}`) ?? []).map(
        (time, round) => time / (times.get(`threads ${count}`)?.[round] ?? Number.NaN),
      );
    return {
      'asyncio’s time by that of threads, 20 waits': ratios(FEW),
      'asyncio’s time by that of threads, 2,000 waits': ratios(MANY),
    };
  },
};
