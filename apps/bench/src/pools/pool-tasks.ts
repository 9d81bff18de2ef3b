import { check } from '../bench-case.ts';
import { quantile } from '../statistics.ts';
import { bytesOf, checkBytes, checkNext, fields, inFlight, latencies, perSecond, prepare } from './load.ts';
import type { PoolCase } from './pool-case.ts';
import { poolCosts } from './pool-costs.ts';

/** A number of different things to send: more than are under way at a time. */
const DIFFERENT = 1_000;

/** All that pools are asked to do. */
export const poolTasks: PoolCase[] = [
  {
    name: 'tiny tasks, 1,000 in flight',
    unit: 'tasks/s',
    better: 'higher',
    amounts: { toy: 200, quick: 2_000, full: 50_000 },
    run: (pool, load) =>
      perSecond(load, (count) => inFlight(1_000, count, (i) => pool.call('increment', i), checkNext)),
  },
  {
    name: 'one in flight, p50',
    unit: 'µs',
    better: 'lower',
    amounts: { toy: 50, quick: 300, full: 10_000 },
    run: async (pool, load) => quantile(await latencies(pool, load), 0.5),
  },
  {
    name: 'one in flight, p99',
    unit: 'µs',
    better: 'lower',
    amounts: { toy: 50, quick: 300, full: 10_000 },
    run: async (pool, load) => quantile(await latencies(pool, load), 0.99),
  },
  {
    name: 'bursts of 10',
    unit: 'tasks/s',
    better: 'higher',
    amounts: { toy: 100, quick: 1_000, full: 20_000 },
    run: (pool, load) =>
      perSecond(load, async (count) => {
        for (let i = 0; i < count; i += 10) {
          const burst: PromiseLike<unknown>[] = [];
          for (let n = 0; n < 10; n += 1) burst.push(pool.call('increment', i + n));
          for (const [n, answer] of burst.entries()) checkNext(await answer, i + n);
        }
      }),
  },
  {
    name: 'tasks that return a promise',
    unit: 'tasks/s',
    better: 'higher',
    amounts: { toy: 100, quick: 1_000, full: 20_000 },
    run: (pool, load) =>
      perSecond(load, (count) => inFlight(1_000, count, (i) => pool.call('incrementLater', i), checkNext)),
  },
  {
    name: '1 KB string there and back',
    unit: 'calls/s',
    better: 'higher',
    amounts: { toy: 50, quick: 1_000, full: 20_000 },
    run: (pool, load) => {
      const text = prepare(DIFFERENT, (i) => `${i}`.padStart(1_024, 'x'));
      return perSecond(load, (count) =>
        inFlight(
          100,
          count,
          (i) => pool.call('echo', text(i)),
          (answer, i) => check(answer, text(i), 'a string'),
        ),
      );
    },
  },
  {
    name: '100-field object there and back',
    unit: 'calls/s',
    better: 'higher',
    amounts: { toy: 50, quick: 500, full: 10_000 },
    note: 'Every call sends another object: echoing one object again and again would flatter serialisers that remember it.',
    run: (pool, load) => {
      const object = prepare(DIFFERENT, fields);
      return perSecond(load, (count) =>
        inFlight(
          100,
          count,
          (i) => pool.call('echo', object(i)) as PromiseLike<Record<string, unknown>>,
          (answer, i) => check(answer['field99'], `value ${i % DIFFERENT}`, 'an object'),
        ),
      );
    },
  },
  {
    name: '1 MB copied there and back',
    unit: 'calls/s',
    better: 'higher',
    amounts: { toy: 4, quick: 12, full: 200 },
    run: (pool, load) => {
      const bytes = prepare(8, (i) => bytesOf(2 ** 20, i));
      return perSecond(load, (count) =>
        inFlight(
          4,
          count,
          (i) => pool.call('echo', bytes(i)),
          (answer, i) => checkBytes(answer, 2 ** 20, i % 8),
        ),
      );
    },
  },
  {
    name: '1 MB moved there and back',
    unit: 'calls/s',
    better: 'higher',
    amounts: { toy: 4, quick: 24, full: 400 },
    note: 'What comes back is sent again, so that nobody has to make new bytes.',
    run: (pool, load) => {
      const lanes = Array.from({ length: 4 }, (_, lane) => bytesOf(2 ** 20, lane));
      return perSecond(load, async (count) => {
        const there = async (bytes: Uint8Array<ArrayBuffer>, lane: number): Promise<void> => {
          let mine = bytes;
          for (let i = 0; i < count / lanes.length; i += 1) {
            mine = (await pool.callMoved?.('echo', mine)) as Uint8Array<ArrayBuffer>;
            checkBytes(mine, 2 ** 20, lane);
          }
          lanes[lane] = mine;
        };
        await Promise.all(lanes.map(there));
      });
    },
  },
  {
    name: '64 MB there and back',
    unit: 'ms',
    better: 'lower',
    amounts: { toy: 1, quick: 1, full: 10 },
    run: async (pool, { amount }) => {
      const bytes = bytesOf(2 ** 26, 1);
      checkBytes(await pool.call('echo', bytes), 2 ** 26, 1);
      const begun = performance.now();
      for (let i = 0; i < amount; i += 1) checkBytes(await pool.call('echo', bytes), 2 ** 26, 1);
      return (performance.now() - begun) / amount;
    },
  },
  {
    name: 'tasks of 100 µs',
    unit: 'tasks/s',
    better: 'higher',
    amounts: { toy: 50, quick: 500, full: 10_000 },
    run: (pool, load) =>
      perSecond(load, (count) =>
        inFlight(
          100,
          count,
          () => pool.call('spin', 100),
          (rounds) => check(typeof rounds, 'number', 'spin'),
        ),
      ),
  },
  {
    name: 'map of 100,000 numbers',
    unit: 'items/s',
    better: 'higher',
    amounts: { toy: 1_000, quick: 100_000, full: 100_000 },
    note: 'One call of map with the chunks that the library chooses; libraries without a map are not in this case.',
    run: async (pool, { amount, least }) => {
      const items = Array.from({ length: amount }, (_, i) => i);
      const started = performance.now();
      do await pool.map?.('increment', items);
      while (performance.now() - started < least);
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
    amounts: { toy: 20, quick: 1_000, full: 20_000 },
    run: (pool, load) =>
      perSecond(load, async (count) => {
        for (let i = 0; i < count; i += 1) check(pool.callSync?.('increment', i), i + 1, 'a blocking call');
      }),
  },
  {
    name: 'CPU-bound speed-up on two workers',
    unit: '×',
    better: 'higher',
    amounts: { toy: 200_000, quick: 4_000_000, full: 60_000_000 },
    run: async (pool, { amount, least }) => {
      const part = amount / 8;
      const { grind } = await import('./tasks.ts');
      const expected = grind(part);
      await Promise.all([0, 1, 2, 3].map(() => pool.call('grind', part)));
      let alone = 0;
      let together = 0;
      do {
        const begun = performance.now();
        for (let i = 0; i < 8; i += 1) check(await pool.call('grind', part), expected, 'grind');
        const middle = performance.now();
        await Promise.all(Array.from({ length: 8 }, () => pool.call('grind', part)));
        alone += middle - begun;
        together += performance.now() - middle;
      } while (alone + together < least * 2);
      return alone / together;
    },
  },
  ...poolCosts,
];
