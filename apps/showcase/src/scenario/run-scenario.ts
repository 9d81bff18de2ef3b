import { fileURLToPath } from 'node:url';
import { buildTimeline } from '../trace/build-timeline.ts';
import { runTraced } from '../trace/run-traced.ts';
import type { TraceRecord } from '../trace/record.ts';
import type { Timeline } from '../trace/timeline.ts';
import type { Scenario, ScenarioResult } from './scenario.ts';

const PATIENCE = 60_000;

/**
 * Runs a scenario in a program of its own and draws what happened in it.
 *
 * @param scenario What to run.
 * @param signal Ends the program when it aborts.
 * @throws {Error} If the program fails, with what it printed.
 */
export async function runScenario(
  scenario: Scenario,
  signal?: AbortSignal,
): Promise<ScenarioResult & { timeline: Timeline }> {
  const program = fileURLToPath(new URL('program.js', import.meta.url));
  const options = { timeout: PATIENCE, ...(signal === undefined ? {} : { signal }) };
  const { records, output, exitCode } = await runTraced(['node', program, JSON.stringify(scenario)], options);
  if (exitCode !== 0) throw new Error(`Cannot run ${JSON.stringify(scenario)}: ${output}`);
  return { ...(JSON.parse(output) as ScenarioResult), timeline: buildTimeline(withoutStaging(records)) };
}

/** Leaves out how workers are started and warmed up before the run, and how they end after it; that they are there stays. */
function withoutStaging(records: readonly TraceRecord[]): TraceRecord[] {
  const begin = records.findIndex(({ event }) => event === 'scenario');
  const end = records.findIndex(({ event }) => event === 'scenario-end');
  const at = records[begin]?.at ?? 0;
  const setting = records
    .slice(0, begin)
    .filter(({ channel }) => channel === 'program' || channel === 'process' || channel === 'thread');
  return [...setting.map((record) => ({ ...record, at })), ...records.slice(begin + 1, end)];
}
