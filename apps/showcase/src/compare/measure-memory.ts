import { memoryPerUnit } from '../experiments/memory-per-unit.ts';
import type { Scale } from '../measure/scale.ts';
import type { TechniqueName } from '../techniques/technique.ts';

/** Bytes (PSS) that one more thread, process or task adds that waits. */
export type MemoryPerWorker = Partial<Record<TechniqueName, number>>;

/**
 * How many there are while they are measured, each kind in a fresh program; and how many for a quick look. Threads come
 * first: they may be measured beside other programs, whose part of the shared pages is nothing to that of many threads.
 */
const units = [
  { technique: 'threading', kind: 'threads', count: 100, few: 10 },
  { technique: 'multiprocessing', kind: 'processes', count: 4, few: 2 },
  { technique: 'asyncio', kind: 'tasks', count: 10_000, few: 10_000 },
] as const;

/**
 * Measures what workers that wait take of the memory.
 *
 * @param scale How much to measure.
 * @param others Other programs that run at the same time: only threads are measured before they have ended.
 */
export async function measureMemory({ complete }: Scale, others: Promise<unknown>): Promise<MemoryPerWorker> {
  const memory: MemoryPerWorker = {};
  for (const { technique, kind, count, few } of units) {
    if (kind !== 'threads') await others;
    memory[technique] = await memoryPerUnit(kind, complete ? count : few);
  }
  return memory;
}
