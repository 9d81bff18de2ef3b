import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { full, quick } from '../measure/scale.ts';
import { exitStatus } from '../report/exit-status.ts';
import { toJson } from '../report/json.ts';
import { makeReport, stepsOf } from '../report/make-report.ts';
import { printReport } from '../report/text.ts';
import { startProgress } from '../terminal/progress.ts';
import { checkWritable } from './check-writable.ts';

/** What `showcase compare` is told. */
export interface CompareOptions {
  quick?: boolean;
  python?: boolean;
  html?: string;
  json?: string;
  picture?: string;
}

/**
 * Runs, measures and judges the whole tutorial; prints the report, and writes it where it is asked to.
 *
 * @throws {UsageError} If it cannot be written there; nothing is measured then.
 */
export async function compare({ quick: isQuick = false, python, html, json, picture }: CompareOptions): Promise<void> {
  await checkWritable(html, json, picture);
  const options = { scale: isQuick ? quick : full, python };
  const progress = startProgress(stepsOf(options));
  const report = await makeReport(options, progress).finally(progress.stop);
  printReport(report);
  if (json !== undefined) await writeFile(json, `${JSON.stringify(toJson(report), undefined, 2)}\n`);
  if (html !== undefined) {
    const { toHtml } = await import('../report/html.ts');
    await writeFile(html, await toHtml(report));
  }
  if (picture !== undefined) {
    const { drawPicture } = await import('../report/picture.ts');
    await writeFile(picture, drawPicture(report));
  }
  process.exitCode = exitStatus(report.claims);
}
