import { memoryPerUnit } from '../experiments/memory-per-unit.ts';
import { interleave } from '../measure/interleave.ts';
import type { Scale } from '../measure/scale.ts';
import { summarize } from '../measure/statistics.ts';
import { wallTime } from '../measure/stopwatch.ts';
import { techniques } from '../techniques/index.ts';
import type { Technique, TechniqueName } from '../techniques/technique.ts';
import type { StartCost } from './row.ts';

interface Start {
  cold: number;
  warm: number;
}

/** What the memory of one more worker is measured by, and how many there are while it is. */
const units: Partial<Record<TechniqueName, { kind: 'tasks' | 'threads' | 'processes'; count: number }>> = {
  threading: { kind: 'threads', count: 8 },
  multiprocessing: { kind: 'processes', count: 4 },
  asyncio: { kind: 'tasks', count: 10_000 },
};

/**
 * Measures what the first worker of every technique costs: time to the first result, time to the next, and memory.
 *
 * @param scale How much to measure.
 * @param onStep Told what is being measured.
 */
export async function measureStarts(scale: Scale, onStep: (name: string) => void): Promise<StartCost[]> {
  const compared = techniques.filter(({ name }) => name !== 'threading, emulated GIL');
  const cases = compared.map((technique) => ({ name: technique.name, measure: () => measureStart(technique) }));
  const starts = await interleave(cases, scale.claimRounds, (name) => onStep(`start-up, ${name}`));
  const costs: StartCost[] = [];
  for (const { name } of compared) costs.push(await toStartCost(name, starts.get(name) ?? []));
  return costs;
}

async function measureStart(technique: Technique): Promise<Start> {
  const begun = performance.now();
  await using crew = await technique.open(1);
  await crew.touch();
  const cold = performance.now() - begun;
  return { cold, warm: await wallTime(() => crew.touch()) };
}

async function toStartCost(technique: TechniqueName, starts: Start[]): Promise<StartCost> {
  const unit = units[technique];
  return {
    technique,
    coldStart: summarize(starts.map(({ cold }) => cold)),
    warmStart: summarize(starts.map(({ warm }) => warm)),
    memoryPerWorker: unit === undefined ? undefined : await memoryPerUnit(unit.kind, unit.count),
  };
}
