import { fileURLToPath } from 'node:url';
import { buildTimeline } from '../trace/build-timeline.ts';
import { runTraced } from '../trace/run-traced.ts';
import type { Timeline } from '../trace/timeline.ts';
import { sourceOf } from '../tutorial/source-of.ts';
import type { Failure } from './failure.ts';

/** After how long a program is ended in any case, in milliseconds. */
const LIMIT = 60_000;

/** A program of the gallery with what it did just now. */
export interface Specimen {
  source: string;
  output: string;
  exitCode: number | undefined;
  /** Whether it hung, and was ended. */
  hung: boolean;
  timeline: Timeline;
}

/** A failure that was made to happen, and its remedy that was made to work. */
export interface Exhibit extends Failure {
  broken: Specimen;
  fixed: Specimen;
}

/** Lets a failure happen, and then runs the program that avoids it. */
export async function exhibit(failure: Failure): Promise<Exhibit> {
  const broken = await observe(failure.id, 'broken', failure.hangs === true);
  return { ...failure, broken, fixed: await observe(failure.id, 'fixed') };
}

async function observe(id: string, which: 'broken' | 'fixed', endWhenSilent = false): Promise<Specimen> {
  const program = new URL(`${id}/${which}.js`, import.meta.url);
  const run = await runTraced(['node', fileURLToPath(program)], { timeout: LIMIT, endWhenSilent });
  return {
    source: await sourceOf(program),
    output: withoutPaths(run.output),
    exitCode: run.exitCode,
    hung: run.timedOut,
    timeline: buildTimeline(run.records),
  };
}

/** Of a stack trace, its first lines say everything, and where a program lies on this machine is nobody's business. */
function withoutPaths(output: string): string {
  return output
    .split('\n')
    .filter((line) => !/^\s+at |^node:internal|^\s*\^+\s*$|^Node\.js v/.test(line))
    .join('\n')
    .replaceAll(/(?:file:\/\/)?(?:\/[^\s/:]+)+\/(?=[^\s/]+\.[jt]s)/g, '')
    .replaceAll(/\n{2,}/g, '\n')
    .trim();
}
