import { type BenchCase, check } from '../bench-case.ts';
import { python } from '../python.ts';
import { timed } from '../timed.ts';
import { work } from './work.ts';

const WIDTH = 100;

/** A function over many items, a hundred at a time. */
export const limiting: BenchCase[] = [
  {
    area: 'async',
    name: 'map over 100,000 items, 100 at a time',
    unit: 'ms',
    better: 'lower',
    amounts: { toy: 500, quick: 10_000, full: 100_000 },
    subjects: [
      timed('@weft/async', 'ours', '@weft/async', async (n) => {
        const { mapConcurrent, run } = await import('@weft/async');
        const results = await run(() => mapConcurrent(range(n), work, { concurrency: WIDTH }));
        check(results.at(-1), n - 1, 'mapConcurrent');
      }),
      timed('p-limit', 'peer', 'p-limit', async (n) => {
        const { default: pLimit } = await import('p-limit');
        const limit = pLimit(WIDTH);
        check((await Promise.all(range(n).map((i) => limit(work, i)))).at(-1), n - 1, 'p-limit');
      }),
      timed('p-map', 'peer', 'p-map', async (n) => {
        const { default: pMap } = await import('p-map');
        check((await pMap(range(n), work, { concurrency: WIDTH })).at(-1), n - 1, 'p-map');
      }),
      timed('p-queue', 'peer', 'p-queue', async (n) => {
        const { default: PQueue } = await import('p-queue');
        const queue = new PQueue({ concurrency: WIDTH });
        check((await queue.addAll(range(n).map((i) => () => work(i)))).at(-1), n - 1, 'p-queue');
      }),
      timed('async-sema', 'peer', 'async-sema', async (n) => {
        const { Sema } = await import('async-sema');
        const gate = new Sema(WIDTH);
        const results = await Promise.all(
          range(n).map(async (i) => {
            await gate.acquire();
            try {
              return await work(i);
            } finally {
              gate.release();
            }
          }),
        );
        check(results.at(-1), n - 1, 'async-sema');
      }),
      timed('effect', 'peer', 'effect', async (n) => {
        const { Effect } = await import('effect');
        const all = Effect.forEach(range(n), (i) => Effect.promise(() => work(i)), { concurrency: WIDTH });
        check((await Effect.runPromise(all)).at(-1), n - 1, 'Effect.forEach');
      }),
      timed('bare async functions', 'floor', undefined, async (n) => {
        const results: number[] = [];
        let next = 0;
        const lane = async (): Promise<void> => {
          while (next < n) {
            const i = next++;
            results[i] = await work(i);
          }
        };
        await Promise.all(Array.from({ length: WIDTH }, lane));
        check(results.at(-1), n - 1, 'the floor');
      }),
      python('Python asyncio', 'asyncio_limited'),
    ],
  },
];

function range(n: number): number[] {
  return Array.from({ length: n }, (_, i) => i);
}
