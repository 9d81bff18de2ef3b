import { memoryPerUnit } from '../experiments/memory-per-unit.ts';
import type { TechniqueName } from '../techniques/technique.ts';

/** Bytes (PSS) that one more thread, process or task adds that waits. */
export type MemoryPerWorker = Partial<Record<TechniqueName, number>>;

/** How many there are while they are measured, each kind in a fresh program. */
const units = [
  { technique: 'asyncio', kind: 'tasks', count: 10_000 },
  { technique: 'threading', kind: 'threads', count: 100 },
  { technique: 'multiprocessing', kind: 'processes', count: 4 },
] as const;

/** Measures what workers that wait take of the memory. */
export async function measureMemory(): Promise<MemoryPerWorker> {
  const memory: MemoryPerWorker = {};
  for (const { technique, kind, count } of units) memory[technique] = await memoryPerUnit(kind, count);
  return memory;
}
