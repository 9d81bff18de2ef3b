import { availableParallelism } from 'node:os';
import { interleave } from '../measure/interleave.ts';
import type { Scale } from '../measure/scale.ts';
import { serializedBytes } from '../measure/serialized.ts';
import { summarize } from '../measure/statistics.ts';
import { techniques } from '../techniques/index.ts';
import type { Crew, Technique } from '../techniques/technique.ts';
import { type Reading, gauge } from './gauge.ts';
import type { ComparisonRow, WorkloadName } from './row.ts';

interface Workload {
  name: WorkloadName;
  workers(technique: Technique): number;
  run(crew: Crew): Promise<unknown>;
  /** The same with less to do: workers that have done it once are ready. */
  warmUp(crew: Crew): Promise<unknown>;
  /** What crosses if the technique has workers elsewhere. */
  bytes: number;
}

/** The techniques whose arguments and results cross to another thread or process. */
const crossing = new Set(['threading', 'threading, emulated GIL', 'multiprocessing']);

/**
 * Runs both workloads with every technique, in turn, with workers that are ready.
 *
 * @param scale How much to measure.
 * @param onStep Told what is being measured.
 */
export async function measureWorkloads(scale: Scale, onStep: (name: string) => void): Promise<ComparisonRow[]> {
  const rows: ComparisonRow[] = [];
  for (const workload of workloadsOf(scale)) rows.push(...(await measureWorkload(workload, scale.rounds, onStep)));
  return rows;
}

function workloadsOf({ waits, computations }: Scale): Workload[] {
  const cores = availableParallelism();
  return [
    {
      name: 'I/O-bound',
      workers: (technique) => technique.workers.waits(waits.tasks, cores),
      run: (crew) => crew.waits(waits.tasks, waits.ms),
      warmUp: (crew) => crew.waits(waits.tasks, 1),
      bytes: waits.tasks * serializedBytes([waits.ms], undefined),
    },
    {
      name: 'CPU-bound',
      workers: (technique) => technique.workers.computations(cores),
      run: (crew) => crew.computations(computations.tasks, computations.limit),
      warmUp: (crew) => crew.computations(computations.tasks, computations.limit),
      bytes: computations.tasks * serializedBytes([computations.limit], computations.limit),
    },
  ];
}

async function measureWorkload(
  workload: Workload,
  rounds: number,
  onStep: (name: string) => void,
): Promise<ComparisonRow[]> {
  const crews: Crew[] = [];
  try {
    const cases = [];
    for (const technique of techniques) {
      const crew = await technique.open(workload.workers(technique));
      crews.push(crew);
      await crew.ready();
      await workload.warmUp(crew);
      cases.push({ name: technique.name, measure: () => gauge(() => workload.run(crew)) });
    }
    const readings = await interleave<Reading>(cases, rounds, (name) => onStep(`${workload.name}, ${name}`));
    const alone = readings.get('sequential') ?? [];
    return techniques.map((technique) => toRow(technique, workload, readings.get(technique.name) ?? [], alone));
  } finally {
    for (const crew of crews) await crew[Symbol.asyncDispose]();
  }
}

function toRow(technique: Technique, workload: Workload, readings: Reading[], alone: Reading[]): ComparisonRow {
  const workers = workload.workers(technique);
  const speedup = summarize(readings.map(({ wall }, round) => (alone[round]?.wall ?? Number.NaN) / wall));
  return {
    technique: technique.name,
    workload: workload.name,
    workers,
    wallTime: summarize(readings.map(({ wall }) => wall)),
    speedup,
    efficiency: speedup.median / workers,
    cpuSeconds: summarize(readings.map(({ cpu }) => cpu)),
    loopDelay: summarize(readings.map(({ loopDelay }) => loopDelay)),
    bytesSerialized: crossing.has(technique.name) ? workload.bytes : 0,
  };
}
