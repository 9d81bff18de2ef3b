import process from 'node:process';
import { interleave } from '../measure/interleave.ts';
import { childrenOf, memoryOf } from '../measure/process-tree.ts';
import type { Scale } from '../measure/scale.ts';
import { median, summarize } from '../measure/statistics.ts';
import { wallTime } from '../measure/stopwatch.ts';
import { techniques } from '../techniques/index.ts';
import type { Technique } from '../techniques/technique.ts';
import type { StartCost } from './row.ts';

interface Start {
  cold: number;
  warm: number;
  memory: number | undefined;
}

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
  return compared.map(({ name }) => toStartCost(name, starts.get(name) ?? []));
}

async function measureStart(technique: Technique): Promise<Start> {
  const before = await memoryOfAll();
  const begun = performance.now();
  await using crew = await technique.open(1);
  await crew.touch();
  const cold = performance.now() - begun;
  const warm = await wallTime(() => crew.touch());
  const after = await memoryOfAll();
  return { cold, warm, memory: before === undefined || after === undefined ? undefined : after - before };
}

function toStartCost(technique: Technique['name'], starts: Start[]): StartCost {
  const memory = starts.map((start) => start.memory).filter((bytes) => bytes !== undefined);
  return {
    technique,
    coldStart: summarize(starts.map(({ cold }) => cold)),
    warmStart: summarize(starts.map(({ warm }) => warm)),
    memoryPerWorker: memory.length === 0 ? undefined : Math.max(0, median(memory)),
  };
}

async function memoryOfAll(): Promise<number | undefined> {
  return memoryOf([process.pid, ...(await childrenOf(process.pid))]);
}
