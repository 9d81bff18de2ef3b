import { writeFile } from 'node:fs/promises';
import { constants } from 'node:os';
import process from 'node:process';
import { buildTimeline } from '../trace/build-timeline.ts';
import { toChromeTrace } from '../trace/chrome-trace.ts';
import { runTraced } from '../trace/run-traced.ts';
import { drawTextTimeline } from '../trace/text-timeline.ts';
import { UsageError } from '../usage-error.ts';
import { checkWritable } from './check-writable.ts';

const REASONS: Record<string, string> = {
  ENOENT: 'there is no such program',
  EACCES: 'it is not a program, or not one that may be run',
};

/** What shells add to the number of a signal that ended a program. */
const SIGNALLED = 128;

/** What `showcase trace` is told. */
export interface TraceCommandOptions {
  json?: string;
  svg?: string;
  html?: string;
}

/**
 * Runs a program with its own input and output, and then shows what its threads, processes and tasks did.
 *
 * @param command The program and its arguments.
 * @param options Where else to write the timeline.
 * @throws {UsageError} If no program is named, it cannot be started, or a file cannot be written; the program is not run then.
 */
export async function trace(command: readonly string[], { json, svg, html }: TraceCommandOptions): Promise<void> {
  if (!command[0]) throw new UsageError('There is no program to trace. Say: showcase trace -- node program.js');
  await checkWritable(json, svg, html);
  const { records, exitCode, signal } = await runTraced(command, { inherit: true }).catch(
    (error: NodeJS.ErrnoException) => {
      throw error.syscall?.startsWith('spawn')
        ? new UsageError(`Cannot run '${command[0]}': ${REASONS[error.code ?? ''] ?? error.message}`)
        : error;
    },
  );
  process.exitCode = signal === undefined ? exitCode : SIGNALLED + constants.signals[signal];
  if (records.length === 0) {
    console.error('Nothing was traced: only programs of Node can be');
    return;
  }
  const timeline = buildTimeline(records);
  const title = command.join(' ');
  console.error(drawTextTimeline(timeline, process.stderr.columns));
  if (json !== undefined) await writeFile(json, JSON.stringify(toChromeTrace(timeline)));
  if (svg !== undefined || html !== undefined) {
    const { tracePage, traceDrawing } = await import('../report/trace-page.ts');
    if (svg !== undefined) await writeFile(svg, await traceDrawing(timeline, title));
    if (html !== undefined) await writeFile(html, await tracePage(timeline, title));
  }
}
