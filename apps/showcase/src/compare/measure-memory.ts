import { memoryPerUnit } from '../experiments/memory-per-unit.ts';
import type { Scale } from '../measure/scale.ts';
import type { TechniqueName } from '../techniques/technique.ts';

/** Bytes (PSS) that one more thread, process or task adds that waits. */
export type MemoryPerWorker = Partial<Record<TechniqueName, number>>;

/** How many there are while they are measured, each kind in a fresh program; and how many for a quick look. */
const units = [
  { technique: 'asyncio', kind: 'tasks', count: 10_000, few: 10_000 },
  { technique: 'threading', kind: 'threads', count: 100, few: 20 },
  { technique: 'multiprocessing', kind: 'processes', count: 4, few: 4 },
] as const;

/**
 * Measures what workers that wait take of the memory.
 *
 * @param scale How much to measure.
 */
export async function measureMemory({ complete }: Scale): Promise<MemoryPerWorker> {
  const memory: MemoryPerWorker = {};
  for (const { technique, kind, count, few } of units) {
    memory[technique] = await memoryPerUnit(kind, complete ? count : few);
  }
  return memory;
}
