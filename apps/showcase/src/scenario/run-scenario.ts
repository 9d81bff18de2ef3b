import { fileURLToPath } from 'node:url';
import { buildTimeline } from '../trace/build-timeline.ts';
import { runTraced } from '../trace/run-traced.ts';
import type { Timeline } from '../trace/timeline.ts';
import type { Scenario, ScenarioResult } from './scenario.ts';

const PATIENCE = 30_000;

/**
 * Runs a scenario in a program of its own and draws what happened in it.
 *
 * @param scenario What to run.
 * @param signal Ends the program when it aborts.
 * @throws {Error} If the program fails, with what it printed.
 */
export async function runScenario(scenario: Scenario, signal?: AbortSignal): Promise<ScenarioResult & { timeline: Timeline }> {
  const program = fileURLToPath(new URL('program.js', import.meta.url));
  const options = { timeout: PATIENCE, ...(signal === undefined ? {} : { signal }) };
  const { records, output, exitCode } = await runTraced(['node', program, JSON.stringify(scenario)], options);
  if (exitCode !== 0) throw new Error(`Cannot run ${JSON.stringify(scenario)}: ${output}`);
  // Workers are started and warmed up before the program says that it begins.
  const begin = records.findIndex(({ channel, event }) => channel === 'wait' && event === 'scenario');
  const setting = records.slice(0, begin).filter(({ channel }) => channel === 'program' || channel === 'process' || channel === 'thread');
  const at = records[begin]?.at ?? 0;
  const moved = setting.map((record) => ({ ...record, at }));
  return { ...(JSON.parse(output) as ScenarioResult), timeline: buildTimeline([...moved, ...records.slice(begin + 1)]) };
}
