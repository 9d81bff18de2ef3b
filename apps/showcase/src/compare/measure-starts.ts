import { interleave } from '../measure/interleave.ts';
import type { Scale } from '../measure/scale.ts';
import { summarize } from '../measure/statistics.ts';
import { wallTime } from '../measure/stopwatch.ts';
import { techniques } from '../techniques/index.ts';
import type { Technique, TechniqueName } from '../techniques/technique.ts';
import type { MemoryPerWorker } from './measure-memory.ts';
import type { StartCost } from './row.ts';

interface Start {
  cold: number;
  warm: number;
}

/**
 * Measures what the first worker of every technique costs: time to the first result, and time to the next.
 *
 * @param scale How much to measure.
 * @param memory What {@link measureMemory} found.
 * @param onStep Told what is being measured.
 */
export async function measureStarts(
  scale: Scale,
  memory: MemoryPerWorker,
  onStep: (name: string) => void,
): Promise<StartCost[]> {
  const compared = techniques.filter(({ name }) => name !== 'threading, emulated GIL');
  const cases = compared.map((technique) => ({ name: technique.name, measure: () => measureStart(technique) }));
  const starts = await interleave(cases, scale.starts, (name) => onStep(`start-up, ${name}`));
  return compared.map(({ name }) => toStartCost(name, starts.get(name) ?? [], memory[name]));
}

async function measureStart(technique: Technique): Promise<Start> {
  const begun = performance.now();
  await using crew = await technique.open(1);
  await crew.touch();
  const cold = performance.now() - begun;
  return { cold, warm: await wallTime(() => crew.touch()) };
}

function toStartCost(technique: TechniqueName, starts: Start[], memoryPerWorker: number | undefined): StartCost {
  return {
    technique,
    coldStart: summarize(starts.map(({ cold }) => cold)),
    warmStart: summarize(starts.map(({ warm }) => warm)),
    memoryPerWorker,
  };
}
