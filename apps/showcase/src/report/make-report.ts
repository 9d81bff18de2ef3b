import { availableParallelism } from 'node:os';
import { claims } from '../claims/index.ts';
import { judgeClaims } from '../claims/judge-claims.ts';
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
import { measurePython, pythonVersion } from '../tutorial/python.ts';
import { type ExecutedListing, runListing } from '../tutorial/run-listing.ts';
import type { Progress } from '../terminal/progress.ts';
import type { DrawnScenario, Report } from './report.ts';
import { drawnScenarios } from './drawn-scenarios.ts';

/** What a report is to hold. */
export interface ReportOptions {
  scale: Scale;
  /** Whether the real Python is asked; left out, if there is one. */
  python?: boolean | undefined;
}

/** How many times each wait of the convoy is timed. */
const CONVOY_ROUNDS = 40;

/** How many steps {@link makeReport} tells of. */
export function stepsOf({ scale }: ReportOptions): number {
  const starts = scale.claimRounds * (techniques.length - 1);
  return 2 * scale.rounds * techniques.length + starts + claims.length + drawnScenarios.length + failures.length + 3;
}

/** Runs, measures, draws and judges everything, one after the other, so that nothing disturbs what is measured. */
export async function makeReport(options: ReportOptions, progress: Progress): Promise<Report> {
  const { scale } = options;
  const begun = performance.now();
  const machine = describeMachine();
  const version = options.python === false ? undefined : await pythonVersion();
  if (options.python === true && version === undefined) throw new Error('Cannot find python3 on this machine');
  progress.step('the four examples');
  const listings = await runListings(version !== undefined);
  const rows = await measureWorkloads(scale, progress.step);
  const comparison = { rows, startCosts: await measureStarts(scale, progress.step) };
  progress.step('the convoy effect');
  const convoy = await measureConvoy(CONVOY_ROUNDS);
  const judged = await judgeClaims(claims, { scale, cores: availableParallelism(), comparison }, progress.step);
  progress.step('Python');
  const python = version === undefined ? undefined : await measurePython(version, scale);
  const scenarios = await drawScenarios(progress);
  const exhibits = await exhibitAll(progress);
  const seconds = (performance.now() - begun) / 1000;
  return {
    scale: scale.name,
    seconds,
    machine,
    listings,
    comparison,
    convoy,
    claims: judged,
    python,
    scenarios,
    exhibits,
  };
}

/** The examples are run, not measured: they may run at the same time. */
function runListings(python: boolean): Promise<ExecutedListing[]> {
  return Promise.all(exampleNames.map((name) => runListing(name, python)));
}

async function drawScenarios(progress: Progress): Promise<DrawnScenario[]> {
  const drawn: DrawnScenario[] = [];
  for (const { title, scenario } of drawnScenarios) {
    progress.step(title);
    drawn.push({ title, scenario, ...(await runScenario(scenario)) });
  }
  return drawn;
}

async function exhibitAll(progress: Progress): Promise<Exhibit[]> {
  const exhibits: Exhibit[] = [];
  for (const failure of failures) {
    progress.step(failure.title);
    exhibits.push(await exhibit(failure));
  }
  return exhibits;
}
