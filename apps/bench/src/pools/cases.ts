import { type Absentee, type BenchCase, type Subject, check } from '../bench-case.ts';
import { quantile } from '../statistics.ts';
import type { Pool, PoolPeer } from './pool.ts';

const WORKERS = 2;

interface PoolCase {
  name: string;
  unit: string;
  better: 'higher' | 'lower';
  amounts: BenchCase['amounts'];
  note?: string;
  /** Left out: {@link run} gets a warm pool. Otherwise it opens one itself. */
  cold?: boolean;
  run(pool: Pool, amount: number, peer: PoolPeer): Promise<number>;
}

/** Makes the cases of an area from the libraries that take part in it. */
export function poolCases(area: string, peers: readonly PoolPeer[], extra: Record<string, Subject[]> = {}): BenchCase[] {
  return CASES.filter(({ name }) => peers.some((peer) => peer.role === 'ours' && peer.cannot?.[name] === undefined)).map(
    ({ name, unit, better, amounts, note, cold, run }) => {
      const absent: Absentee[] = [];
      const subjects: Subject[] = [];
      for (const peer of peers) {
        const reason = peer.cannot?.[name];
        if (reason === undefined) subjects.push(subjectOf(peer, cold === true, run));
        else absent.push({ name: peer.name, reason });
      }
      subjects.push(...(extra[name] ?? []));
      return { area, name, unit, better, amounts, subjects, absent, ...(note === undefined ? {} : { note }) };
    },
  );
}

function subjectOf(peer: PoolPeer, cold: boolean, run: PoolCase['run']): Subject {
  return {
    name: peer.name,
    role: peer.role,
    ...(peer.package === undefined ? {} : { package: peer.package }),
    measure: async (amount) => {
      if (cold) return await run(undefined as never, amount, peer);
      const pool = await peer.open(WORKERS);
      for (let i = 0; i < 20; i += 1) check(await pool.call('increment', i), i + 1, 'increment');
      const figure = await run(pool, amount, peer);
      await pool.close();
      return figure;
    },
  };
}

const CASES: PoolCase[] = [
  {
    name: 'tiny tasks, 1,000 in flight',
    unit: 'tasks/s',
    better: 'higher',
    amounts: { toy: 200, quick: 20_000, full: 100_000 },
    run: (pool, amount) => perSecond(amount, (count) => inFlight(1_000, count, (i) => expectNext(pool.call('increment', i), i))),
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
    run: (pool, amount) => perSecond(amount, async (count) => {
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
    run: (pool, amount) => perSecond(amount, (count) => inFlight(1_000, count, (i) => expectNext(pool.call('incrementLater', i), i))),
  },
  {
    name: '1 KB string there and back',
    unit: 'calls/s',
    better: 'higher',
    amounts: { toy: 50, quick: 10_000, full: 50_000 },
    run: (pool, amount) => perSecond(amount, (count) => inFlight(100, count, async (i) => {
      const text = `${i}`.padStart(1_024, 'x');
      check(await pool.call('echo', text), text, 'a string');
    })),
  },
  {
    name: '100-field object there and back',
    unit: 'calls/s',
    better: 'higher',
    amounts: { toy: 50, quick: 4_000, full: 20_000 },
    note: 'Every call sends another object: echoing one object again and again would flatter serialisers that remember it.',
    run: (pool, amount) => perSecond(amount, (count) => inFlight(100, count, async (i) => {
      const back = (await pool.call('echo', fields(i))) as Record<string, unknown>;
      check(back['field99'], `value ${i}`, 'an object');
    })),
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
    run: (pool, amount) => perSecond(amount, (count) => inFlight(4, count, async (i) => {
      const bytes = new Uint8Array(2 ** 20);
      bytes[0] = i & 255;
      const back = await pool.callMoved?.('echo', bytes);
      check(back?.length, 2 ** 20, 'moved bytes');
      check(back?.[0], i & 255, 'moved bytes');
    })),
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
    run: (pool, amount) => perSecond(amount, (count) => inFlight(100, count, async () => void (await pool.call('spin', 100)))),
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
    run: async (pool, amount) => await perSecond(amount, async (count) => {
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

async function perSecond(amount: number, run: (count: number) => Promise<void>): Promise<number> {
  await run(Math.ceil(amount / 10));
  const begun = performance.now();
  await run(amount);
  return (amount / (performance.now() - begun)) * 1_000;
}

async function inFlight(width: number, count: number, call: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await call(next++);
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, lane));
}

async function expectNext(answer: Promise<unknown>, value: number): Promise<void> {
  check(await answer, value + 1, 'increment');
}

async function latencies(pool: Pool, amount: number): Promise<Float64Array> {
  for (let i = 0; i < amount / 5; i += 1) await expectNext(pool.call('increment', i), i);
  const times = new Float64Array(amount);
  for (let i = 0; i < amount; i += 1) {
    const begun = performance.now();
    await expectNext(pool.call('increment', i), i);
    times[i] = (performance.now() - begun) * 1_000;
  }
  return times;
}

function fields(seed: number): Record<string, unknown> {
  return Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`field${i}`, i % 2 === 0 ? i + seed : `value ${seed}`]));
}

async function echoBytes(pool: Pool, length: number, seed: number): Promise<void> {
  const bytes = new Uint8Array(length);
  bytes[length - 1] = seed & 255;
  const back = (await pool.call('echo', bytes)) as Uint8Array;
  check(back.length, length, 'bytes');
  check(back[length - 1], seed & 255, 'bytes');
}
