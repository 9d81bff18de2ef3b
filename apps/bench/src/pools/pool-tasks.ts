import { type BenchCase, check } from '../bench-case.ts';
import { quantile } from '../statistics.ts';
import { echoBytes, expectNext, fields, inFlight, latencies, perSecond } from './load.ts';
import type { Pool, PoolPeer } from './pool.ts';

/** Something that pools are asked to do. */
export interface PoolCase {
  name: string;
  unit: string;
  better: 'higher' | 'lower';
  amounts: BenchCase['amounts'];
  note?: string;
  /** Left out: {@link run} gets a warm pool. Otherwise it opens one itself. */
  cold?: boolean;
  run(pool: Pool, amount: number, peer: PoolPeer): Promise<number>;
}

/** All that pools are asked to do. */
export const poolTasks: PoolCase[] = [
  {
    name: 'tiny tasks, 1,000 in flight',
    unit: 'tasks/s',
    better: 'higher',
    amounts: { toy: 200, quick: 20_000, full: 100_000 },
    run: (pool, amount) =>
      perSecond(amount, (count) => inFlight(1_000, count, (i) => expectNext(pool.call('increment', i), i))),
  },
  {
    name: 'one in flight, p50',
    unit: 'µs',
    better: 'lower',
    amounts: { toy: 50, quick: 2_000, full: 10_000 },
    run: async (pool, amount) => quantile(await latencies(pool, amount), 0.5),
  },
  {
    name: 'one in flight, p99',
    unit: 'µs',
    better: 'lower',
    amounts: { toy: 50, quick: 2_000, full: 10_000 },
    run: async (pool, amount) => quantile(await latencies(pool, amount), 0.99),
  },
  {
    name: 'bursts of 10',
    unit: 'tasks/s',
    better: 'higher',
    amounts: { toy: 100, quick: 10_000, full: 50_000 },
    run: (pool, amount) =>
      perSecond(amount, async (count) => {
        for (let i = 0; i < count; i += 10) {
          await Promise.all(Array.from({ length: 10 }, (_, n) => expectNext(pool.call('increment', i + n), i + n)));
        }
      }),
  },
  {
    name: 'tasks that return a promise',
    unit: 'tasks/s',
    better: 'higher',
    amounts: { toy: 100, quick: 10_000, full: 50_000 },
    run: (pool, amount) =>
      perSecond(amount, (count) => inFlight(1_000, count, (i) => expectNext(pool.call('incrementLater', i), i))),
  },
  {
    name: '1 KB string there and back',
    unit: 'calls/s',
    better: 'higher',
    amounts: { toy: 50, quick: 10_000, full: 50_000 },
    run: (pool, amount) =>
      perSecond(amount, (count) =>
        inFlight(100, count, async (i) => {
          const text = `${i}`.padStart(1_024, 'x');
          check(await pool.call('echo', text), text, 'a string');
        }),
      ),
  },
  {
    name: '100-field object there and back',
    unit: 'calls/s',
    better: 'higher',
    amounts: { toy: 50, quick: 4_000, full: 20_000 },
    note: 'Every call sends another object: echoing one object again and again would flatter serialisers that remember it.',
    run: (pool, amount) =>
      perSecond(amount, (count) =>
        inFlight(100, count, async (i) => {
          const back = (await pool.call('echo', fields(i))) as Record<string, unknown>;
          check(back['field99'], `value ${i}`, 'an object');
        }),
      ),
  },
  {
    name: '1 MB copied there and back',
    unit: 'calls/s',
    better: 'higher',
    amounts: { toy: 4, quick: 100, full: 500 },
    run: (pool, amount) => perSecond(amount, (count) => inFlight(4, count, (i) => echoBytes(pool, 2 ** 20, i))),
  },
  {
    name: '1 MB moved there and back',
    unit: 'calls/s',
    better: 'higher',
    amounts: { toy: 4, quick: 200, full: 1_000 },
    run: (pool, amount) =>
      perSecond(amount, (count) =>
        inFlight(4, count, async (i) => {
          const bytes = new Uint8Array(2 ** 20);
          bytes[0] = i & 255;
          const back = await pool.callMoved?.('echo', bytes);
          check(back?.length, 2 ** 20, 'moved bytes');
          check(back?.[0], i & 255, 'moved bytes');
        }),
      ),
  },
  {
    name: '64 MB there and back',
    unit: 'ms',
    better: 'lower',
    amounts: { toy: 1, quick: 3, full: 10 },
    run: async (pool, amount) => {
      await echoBytes(pool, 2 ** 26, 0);
      const begun = performance.now();
      for (let i = 0; i < amount; i += 1) await echoBytes(pool, 2 ** 26, i);
      return (performance.now() - begun) / amount;
    },
  },
  {
    name: 'tasks of 100 µs',
    unit: 'tasks/s',
    better: 'higher',
    amounts: { toy: 50, quick: 4_000, full: 20_000 },
    run: (pool, amount) =>
      perSecond(amount, (count) => inFlight(100, count, async () => void (await pool.call('spin', 100)))),
  },
  {
    name: 'map of 100,000 numbers',
    unit: 'items/s',
    better: 'higher',
    amounts: { toy: 1_000, quick: 100_000, full: 100_000 },
    note: 'One call of map with the chunks that the library chooses; libraries without a map are not in this case.',
    run: async (pool, amount) => {
      const items = Array.from({ length: amount }, (_, i) => i);
      for (let warm = 0; warm < 3; warm += 1) await pool.map?.('increment', items);
      const begun = performance.now();
      const results = (await pool.map?.('increment', items)) ?? [];
      const elapsed = performance.now() - begun;
      check(results.length, amount, 'map');
      check(results.at(-1), amount, 'map');
      return (amount / elapsed) * 1_000;
    },
  },
  {
    name: 'blocking call to a worker and back',
    unit: 'calls/s',
    better: 'higher',
    amounts: { toy: 20, quick: 5_000, full: 20_000 },
    run: async (pool, amount) =>
      await perSecond(amount, async (count) => {
        for (let i = 0; i < count; i += 1) check(pool.callSync?.('increment', i), i + 1, 'a blocking call');
      }),
  },
  {
    name: 'cold start to first result',
    unit: 'ms',
    better: 'lower',
    amounts: { toy: 1, quick: 1, full: 1 },
    cold: true,
    note: 'From before the library is imported to the first result of one worker, in a process that has just started.',
    run: async (_pool, _amount, peer) => {
      const begun = performance.now();
      const pool = await peer.open(1);
      const answer = await pool.call('increment', 1);
      const elapsed = performance.now() - begun;
      check(answer, 2, 'the first result');
      await pool.close();
      return elapsed;
    },
  },
  {
    name: 'CPU-bound speed-up on two workers',
    unit: '×',
    better: 'higher',
    amounts: { toy: 200_000, quick: 20_000_000, full: 60_000_000 },
    run: async (pool, amount) => {
      const part = amount / 8;
      const { grind } = await import('./tasks.ts');
      const expected = grind(part);
      await Promise.all([0, 1, 2, 3].map(() => pool.call('grind', part)));
      const begun = performance.now();
      for (let i = 0; i < 8; i += 1) check(await pool.call('grind', part), expected, 'grind');
      const alone = performance.now() - begun;
      const together = performance.now();
      await Promise.all(Array.from({ length: 8 }, () => pool.call('grind', part)));
      return alone / (performance.now() - together);
    },
  },
  {
    name: 'CPU while idle',
    unit: '% of a core',
    better: 'lower',
    amounts: { toy: 50, quick: 500, full: 2_000 },
    run: async (_pool, amount) => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      const before = process.cpuUsage();
      const begun = performance.now();
      await new Promise((resolve) => setTimeout(resolve, amount));
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 10 / (performance.now() - begun);
    },
  },
  {
    name: 'memory of an idle worker',
    unit: 'MB',
    better: 'lower',
    amounts: { toy: 1, quick: 1, full: 1 },
    cold: true,
    note: 'Resident memory of the whole process tree with two workers minus that with one, on Linux.',
    run: async (_pool, _amount, peer) => {
      const { treeMemory } = await import('../tree-memory.ts');
      const one = await peer.open(1);
      await one.call('increment', 1);
      const before = await treeMemory();
      const two = await peer.open(1);
      await two.call('increment', 1);
      const after = await treeMemory();
      await one.close();
      await two.close();
      return (after - before) / 2 ** 20;
    },
  },
];
