import { availableParallelism } from 'node:os';
import { asyncio } from '@weft/combined';
import { claims } from '../claims/index.ts';
import { judgeClaims } from '../claims/judge-claims.ts';
import { type MemoryPerWorker, measureMemory } from '../compare/measure-memory.ts';
import { measureStarts } from '../compare/measure-starts.ts';
import { measureWorkloads } from '../compare/measure-workloads.ts';
import { exampleNames } from '../examples/index.ts';
import { measureConvoy } from '../experiments/convoy.ts';
import { type Exhibit, exhibit } from '../gallery/exhibit.ts';
import { failures } from '../gallery/failure.ts';
import { describeMachine } from '../measure/machine.ts';
import type { Scale } from '../measure/scale.ts';
import { runScenario } from '../scenario/run-scenario.ts';
import { techniques } from '../techniques/index.ts';
import { type PythonComparison, measurePython, pythonVersion } from '../tutorial/python.ts';
import { type ExecutedListing, runListing } from '../tutorial/run-listing.ts';
import type { Progress } from '../terminal/progress.ts';
import { UsageError } from '../usage-error.ts';
import type { DrawnScenario, Report } from './report.ts';
import { drawnScenarios } from './drawn-scenarios.ts';

/** What a report is to hold. */
export interface ReportOptions {
  scale: Scale;
  /** Whether the real Python is asked; left out, if there is one and nobody is in a hurry. */
  python?: boolean | undefined;
}

/** How many times each wait of the convoy is timed. */
const CONVOY_ROUNDS = 40;

/** How many steps {@link makeReport} tells of. */
export function stepsOf({ scale }: ReportOptions): number {
  const starts = scale.claimRounds * (techniques.length - 1);
  const drawn = scenariosOf(scale).length + (scale.complete ? 1 : 0);
  return 2 * scale.rounds * techniques.length + starts + claims.length + drawn + 3;
}

/** Runs, measures, draws and judges everything, one after the other, so that nothing disturbs what is measured. */
export async function makeReport(options: ReportOptions, { step }: Progress): Promise<Report> {
  const { scale } = options;
  const begun = performance.now();
  const version = await findPython(options.python);
  const { listings, memory } = await runPrograms(scale, version !== undefined, step);
  const rows = await measureWorkloads(scale, step);
  const comparison = { rows, startCosts: await measureStarts(scale, memory, step) };
  step('the convoy effect');
  const convoy = await measureConvoy(CONVOY_ROUNDS);
  const judged = await judgeClaims(claims, { scale, cores: availableParallelism(), comparison }, step);
  const python = await comparePython(version, options, step);
  const scenarios = await drawScenarios(scale, step);
  const exhibits = scale.complete ? await exhibitAll(step) : [];
  return {
    scale: scale.name,
    seconds: (performance.now() - begun) / 1000,
    machine: describeMachine(),
    listings,
    comparison,
    convoy,
    claims: judged,
    python,
    scenarios,
    exhibits,
  };
}

type Step = Progress['step'];

async function findPython(wanted: boolean | undefined): Promise<string | undefined> {
  const version = wanted === false ? undefined : await pythonVersion();
  if (wanted === true && version === undefined) throw new UsageError('There is no python3 on this machine');
  return version;
}

/** What runs as a program of its own and is not timed, partly at the same time. */
async function runPrograms(
  scale: Scale,
  python: boolean,
  step: Step,
): Promise<{ listings: ExecutedListing[]; memory: MemoryPerWorker }> {
  step('the four examples; memory of tasks, threads and processes');
  const running = runListings(python);
  const [listings, memory] = await Promise.all([running, measureMemory(scale, running)]);
  return { listings, memory };
}

/** The examples are run, not measured: they may run at the same time. */
function runListings(python: boolean): Promise<ExecutedListing[]> {
  return Promise.all(exampleNames.map((name) => runListing(name, python)));
}

async function comparePython(
  version: string | undefined,
  { scale, python }: ReportOptions,
  step: Step,
): Promise<PythonComparison | undefined> {
  step('Python');
  if (version === undefined || !(python ?? scale.complete)) return undefined;
  // All else is measured by now: a Python that fails is done without, unless it was insisted on.
  return measurePython(version, scale).catch((error: unknown) => {
    if (python === true || !(error instanceof UsageError)) throw error;
    console.error(error.message);
    return undefined;
  });
}

async function drawScenarios(scale: Scale, step: Step): Promise<DrawnScenario[]> {
  const drawn: DrawnScenario[] = [];
  for (const { title, scenario } of scenariosOf(scale)) {
    step(title);
    drawn.push({ title, scenario, ...(await runScenario(scenario)) });
  }
  return drawn;
}

/** A quick look shows what the emulated GIL does, and no more. */
function scenariosOf({ complete }: Scale): typeof drawnScenarios {
  return complete
    ? drawnScenarios
    : drawnScenarios.filter(({ scenario }) => scenario.workload === 'compute').slice(0, 2);
}

/** Nothing is measured here any more: three at a time, of which some only wait. */
async function exhibitAll(step: Step): Promise<Exhibit[]> {
  step('the failure gallery');
  return asyncio.run(() => asyncio.mapConcurrent(failures, exhibit, { concurrency: 3 }));
}
