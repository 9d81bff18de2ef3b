import process from 'node:process';
import { styleText } from 'node:util';
import { type Specimen, exhibit } from '../gallery/exhibit.ts';
import { failures } from '../gallery/failure.ts';
import { heading } from '../terminal/heading.ts';
import { drawTextTimeline } from '../trace/text-timeline.ts';
import { UsageError } from '../usage-error.ts';

/**
 * Makes failures happen, and shows for each the program, what it did, and the program in which it does not happen.
 *
 * @param id Which failure; left out, all of them.
 * @throws {UsageError} If there is no failure of that name.
 */
export async function gallery(id?: string): Promise<void> {
  const chosen = failures.filter((failure) => id === undefined || failure.id === id);
  if (chosen.length === 0) {
    throw new UsageError(
      `There is no failure '${id}'. The failures are: ${failures.map((failure) => failure.id).join(', ')}`,
    );
  }
  for (const failure of chosen) {
    const { title, story, fix, broken, fixed } = await exhibit(failure);
    heading(title);
    show(story, broken);
    show(fix, fixed);
  }
}

function show(text: string, { source, output, hung, timeline }: Specimen): void {
  console.log(`${styleText('bold', text, { stream: process.stdout })}\n`);
  console.log(indent(source));
  console.log(
    `\nIt prints:\n\n${indent(output === '' ? '(nothing)' : output)}${hung ? '\n\nIt never ends, and was stopped.' : ''}\n`,
  );
  console.log(`${drawTextTimeline(timeline)}\n`);
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ');
}
