import { fileURLToPath } from 'node:url';
import { type ExecaError, execa } from 'execa';
import type { WorkloadName } from '../compare/row.ts';
import type { Scale } from '../measure/scale.ts';
import { type Summary, summarize } from '../measure/statistics.ts';
import { UsageError } from '../usage-error.ts';

/** Names of the techniques as both languages know them. */
type PythonTechnique = 'sequential' | 'threading' | 'multiprocessing' | 'asyncio';

/** What the real Python makes of the same workloads. Its speedups are over its own sequential run. */
export interface PythonComparison {
  version: string;
  rows: { technique: PythonTechnique; workload: WorkloadName; wallTime: Summary; speedup: Summary }[];
}

/** Python's sequential run takes a second. */
const ROUNDS = 3;

/**
 * Finds the real Python.
 *
 * @returns Its version; undefined if there is none on this machine.
 */
export async function pythonVersion(): Promise<string | undefined> {
  const { stdout, exitCode } = await execa('python3', ['--version'], { reject: false, timeout: 10_000 });
  return exitCode === 0 ? stdout.replace('Python ', '') : undefined;
}

/** Runs a Python program and gives what it printed, on both streams. */
export async function runPython(program: URL): Promise<string> {
  const { all } = await execa('python3', [fileURLToPath(program)], { all: true, reject: false, timeout: 60_000 });
  return all;
}

/**
 * Measures Python's techniques on the same workloads, smaller where Python is slower: speedups are compared, not times.
 *
 * @param version What {@link pythonVersion} found.
 * @param scale How much to measure.
 * @throws {UsageError} If it fails, or does not answer in time.
 */
export async function measurePython(version: string, scale: Scale): Promise<PythonComparison> {
  const program = fileURLToPath(new URL('../../python/measure.py', import.meta.url));
  const { tasks, ms } = scale.waits;
  const options = JSON.stringify({
    rounds: Math.min(ROUNDS, scale.claimRounds),
    waits: tasks,
    seconds: ms / 1000,
    computations: scale.computations.tasks,
  });
  const measured = await askPython<Record<WorkloadName, Record<PythonTechnique, number[]>>>([program, options]);
  const rows = (Object.keys(measured) as WorkloadName[]).flatMap((workload) => toRows(workload, measured[workload]));
  return { version, rows };
}

async function askPython<T>(args: string[]): Promise<T> {
  try {
    const { stdout } = await execa('python3', args, { timeout: 60_000 });
    return JSON.parse(stdout) as T;
  } catch (error) {
    const { shortMessage, message } = error as Partial<ExecaError> & Error;
    throw new UsageError(`The real Python could not be measured: ${shortMessage ?? message}`);
  }
}

function toRows(workload: WorkloadName, times: Record<PythonTechnique, number[]>): PythonComparison['rows'] {
  return (Object.keys(times) as PythonTechnique[]).map((technique) => ({
    technique,
    workload,
    wallTime: summarize(times[technique].map((seconds) => seconds * 1000)),
    speedup: summarize(times[technique].map((seconds, round) => (times.sequential[round] ?? Number.NaN) / seconds)),
  }));
}
