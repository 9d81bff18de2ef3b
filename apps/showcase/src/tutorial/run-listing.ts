import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ExampleName } from '../examples/index.ts';
import { buildTimeline } from '../trace/build-timeline.ts';
import { runTraced } from '../trace/run-traced.ts';
import type { Timeline } from '../trace/timeline.ts';
import { type OutputComparison, compareOutputs } from './compare-outputs.ts';
import { runPython } from './python.ts';
import { sourceOf } from './source-of.ts';

/** An example, as it stands in both languages, and what both printed just now. */
export interface ExecutedListing {
  name: ExampleName;
  python: { source: string; output?: string };
  typescript: { source: string; output: string };
  /** How the two outputs compare; without Python on the machine, that is what it says. */
  comparison: OutputComparison | 'no Python';
  timeline: Timeline;
}

/** What only threads may do: change the order of their lines. */
const interleaved = new Set<ExampleName>(['threading']);

/**
 * Runs an example in both languages, as a user would.
 *
 * @param name Which one.
 * @param python Whether there is a Python to ask.
 */
export async function runListing(name: ExampleName, python: boolean): Promise<ExecutedListing> {
  const ours = new URL(`../examples/${name}.js`, import.meta.url);
  const theirs = new URL(`../../python/${name}_example.py`, import.meta.url);
  const [run, output, typescript, listing] = await Promise.all([
    runTraced(['node', fileURLToPath(ours)], { timeout: 60_000 }),
    python ? runPython(theirs) : undefined,
    sourceOf(ours),
    readFile(theirs, 'utf8'),
  ]);
  return {
    name,
    python: { source: listing.trimEnd(), ...(output === undefined ? {} : { output }) },
    typescript: { source: typescript, output: run.output },
    comparison: output === undefined ? 'no Python' : compareOutputs(run.output, output, interleaved.has(name)),
    timeline: buildTimeline(run.records),
  };
}
