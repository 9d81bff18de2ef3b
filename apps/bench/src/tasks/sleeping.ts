import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises';
import { type BenchCase, type Subject, check } from '../bench-case.ts';
import { python } from '../python.ts';
import { quantile } from '../statistics.ts';
import { timed } from '../timed.ts';

/** A way to have many sleep at once: 500 ms to 1,500 ms, each a little longer than the one before. */
type Sleep = (milliseconds: number) => PromiseLike<unknown>;

/** Sleeping: not at all, and by the hundred thousand. */
export const sleeping: BenchCase[] = [
  {
    area: 'async',
    name: 'sleep(0), 100,000 times',
    unit: 'ms',
    better: 'lower',
    amounts: { toy: 200, quick: 5_000, full: 100_000 },
    subjects: [
      timed('@weft/async', 'ours', '@weft/async', async (n) => {
        const { run, sleep } = await import('@weft/async');
        await run(async () => {
          for (let i = 0; i < n; i += 1) await sleep(0);
        });
      }),
      timed('effect', 'peer', 'effect', async (n) => {
        const { Effect } = await import('effect');
        await Effect.runPromise(
          Effect.gen(function* () {
            for (let i = 0; i < n; i += 1) yield* Effect.sleep(0);
          }),
        );
      }),
      timed('timers/promises setImmediate', 'floor', undefined, async (n) => {
        for (let i = 0; i < n; i += 1) await nextTurn();
      }),
      python('Python asyncio', 'asyncio_sleep_zero'),
    ],
  },
  {
    area: 'async',
    name: '100,000 sleepers, lateness p50',
    unit: 'ms',
    better: 'lower',
    amounts: { toy: 100, quick: 10_000, full: 100_000 },
    subjects: [ourSleepers(lateness), nodeSleepers(lateness), python('Python asyncio', 'asyncio_sleepers_late')],
  },
  {
    area: 'async',
    name: '100,000 sleepers, memory of each',
    unit: 'bytes',
    better: 'lower',
    amounts: { toy: 1_000, quick: 20_000, full: 100_000 },
    note: 'Growth of the resident memory while all sleep, divided by their number. V8 has then set as much again aside for objects to come.',
    subjects: [ourSleepers(memory), nodeSleepers(memory), python('Python asyncio', 'asyncio_sleepers_memory')],
  },
  {
    area: 'async',
    name: '100,000 sleepers, memory of each once reserves are given back',
    unit: 'bytes',
    better: 'lower',
    amounts: { toy: 1_000, quick: 50_000, full: 100_000 },
    note: 'As before, but after V8 was made to give back what it had set aside, as it does when memory is short.',
    subjects: [ourSleepers(needed), nodeSleepers(needed), python('Python asyncio', 'asyncio_sleepers_memory')],
  },
];

function ourSleepers(figure: typeof lateness): Subject {
  return {
    name: '@weft/async',
    role: 'ours',
    package: '@weft/async',
    measure: async (n) => {
      const { createTask, run, sleep } = await import('@weft/async');
      return await run(() => figure(n, sleep, (body) => createTask(body)));
    },
  };
}

function nodeSleepers(figure: typeof lateness): Subject {
  return { name: 'timers/promises setTimeout', role: 'floor', measure: (n) => figure(n, delay, (body) => body()) };
}

type Spawn = (body: () => Promise<void>) => PromiseLike<void>;

async function lateness(n: number, sleep: Sleep, spawn: Spawn): Promise<number> {
  const late = new Float64Array(n);
  const sleeper = async (i: number): Promise<void> => {
    const wanted = 300 + (700 * i) / n;
    const begun = performance.now();
    await sleep(wanted);
    late[i] = performance.now() - begun - wanted;
  };
  await Promise.all(Array.from({ length: n }, (_, i) => spawn(() => sleeper(i))));
  check(late.length, n, 'sleepers');
  return quantile(late, 0.5);
}

function memory(n: number, sleep: Sleep, spawn: Spawn): Promise<number> {
  return growth(n, sleep, spawn, {});
}

function needed(n: number, sleep: Sleep, spawn: Spawn): Promise<number> {
  return growth(n, sleep, spawn, { type: 'major', flavor: 'last-resort' });
}

async function growth(n: number, sleep: Sleep, spawn: Spawn, collection: object): Promise<number> {
  const { gc } = globalThis as { gc?: (collection: object) => void };
  gc?.(collection);
  const before = process.memoryUsage().rss;
  let woken = 0;
  const sleeper = async (): Promise<void> => {
    await sleep(1_000);
    woken += 1;
  };
  const all = Array.from({ length: n }, () => spawn(sleeper));
  await nextTurn();
  gc?.(collection);
  const grown = process.memoryUsage().rss - before;
  await Promise.all(all);
  check(woken, n, 'sleepers');
  return grown / n;
}
