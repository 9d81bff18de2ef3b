import { type Absentee, type BenchCase, type Subject, check } from '../bench-case.ts';
import type { PoolCase } from './pool-case.ts';
import { poolTasks } from './pool-tasks.ts';
import type { PoolPeer } from './pool.ts';

const WORKERS = 2;

/** Makes the cases of an area from the libraries that take part in it. */
export function poolCases(
  area: string,
  peers: readonly PoolPeer[],
  extra: Record<string, Subject[]> = {},
): BenchCase[] {
  return poolTasks
    .filter(({ name }) => peers.some((peer) => peer.role === 'ours' && peer.cannot?.[name] === undefined))
    .map(({ name, unit, better, amounts, note, cold, run }) => {
      const absent: Absentee[] = [];
      const subjects: Subject[] = [];
      for (const peer of peers) {
        const reason = peer.cannot?.[name];
        if (reason === undefined) subjects.push(subjectOf(peer, cold === true, run));
        else absent.push({ name: peer.name, reason });
      }
      subjects.push(...(extra[name] ?? []));
      return { area, name, unit, better, amounts, subjects, absent, ...(note === undefined ? {} : { note }) };
    });
}

function subjectOf(peer: PoolPeer, cold: boolean, run: PoolCase['run']): Subject {
  return {
    name: peer.name,
    role: peer.role,
    ...(peer.package === undefined ? {} : { package: peer.package }),
    measure: async (amount, least) => {
      if (cold) return await run(undefined as never, { amount, least }, peer);
      const pool = await peer.open(WORKERS);
      for (let i = 0; i < 20; i += 1) check(await pool.call('increment', i), i + 1, 'increment');
      const figure = await run(pool, { amount, least }, peer);
      await pool.close();
      return figure;
    },
  };
}
