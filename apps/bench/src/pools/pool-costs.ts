import { check } from '../bench-case.ts';
import type { PoolCase } from './pool-case.ts';

/** What it costs to have a pool. */
export const poolCosts: PoolCase[] = [
  {
    name: 'cold start to first result',
    unit: 'ms',
    better: 'lower',
    amounts: { toy: 1, quick: 1, full: 1 },
    cold: true,
    note: 'From before the library is imported to the first result of one worker, in a process that has just started.',
    run: async (_pool, _load, peer) => {
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
    name: 'CPU while idle',
    unit: '% of a core',
    better: 'lower',
    amounts: { toy: 50, quick: 200, full: 2_000 },
    note: 'Of the whole process, some time after its last task.',
    run: async (pool, { amount }) => {
      await Promise.all(Array.from({ length: 200 }, (_, i) => pool.call('increment', i)));
      await new Promise((resolve) => setTimeout(resolve, Math.max(200, amount / 2)));
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
    run: async (_pool, _load, peer) => {
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
