import process from 'node:process';
import { styleText } from 'node:util';
import type { Lane, Reason, Span, Timeline } from './timeline.ts';
import { reasons } from './timeline.ts';

type Style = Parameters<typeof styleText>[0];

const letters: Record<Reason, string> = {
  lock: 'L',
  queue: 'Q',
  sleep: 's',
  'I/O': 'i',
  GIL: 'G',
  task: 't',
  other: 'w',
};
const styles: Record<Reason, Style> = {
  lock: 'red',
  queue: 'magenta',
  sleep: 'blue',
  'I/O': 'cyan',
  GIL: 'yellow',
  task: 'white',
  other: 'gray',
};
const indents = { process: '', thread: '  ', task: '    ' };
const LABEL = 26;
const NARROWEST = 20;

/**
 * Draws a timeline with characters: a line for each lane, time from left to right.
 *
 * @param timeline What to draw.
 * @param width How many characters a line may have.
 * @param most How many lanes are drawn; of the others there is only the number.
 */
export function drawTextTimeline(timeline: Timeline, width = process.stdout.columns ?? 100, most = 40): string {
  const columns = Math.max(NARROWEST, width - LABEL - 2);
  const lanes = timeline.lanes
    .slice(0, most)
    .map((lane) => `${labelOf(lane)} ${drawLane(lane, timeline.duration, columns)}`);
  const hidden = timeline.lanes.length - lanes.length;
  const more = hidden > 0 ? [`… and ${hidden} more`] : [];
  return [axis(timeline.duration, columns), ...lanes, ...more, legend(timeline)].join('\n');
}

function labelOf({ kind, name }: Lane): string {
  const label = indents[kind] + name;
  return (label.length > LABEL ? `${label.slice(0, LABEL - 1)}…` : label).padEnd(LABEL);
}

/** Each character shows what the lane did longest in its stretch of time. */
function drawLane({ spans }: Lane, duration: number, columns: number): string {
  const step = duration / columns || 1;
  return Array.from({ length: columns }, (_, column) => {
    const span = innermost(spans, column * step, (column + 1) * step);
    return span === undefined ? ' ' : draw(span);
  }).join('');
}

/** Later spans of a lane lie within earlier ones. */
function innermost(spans: readonly Span[], from: number, to: number): Span | undefined {
  const overlap = (span: Span) => Math.min(span.to, to) - Math.max(span.from, from);
  const half = (to - from) / 2;
  return spans.findLast((span) => overlap(span) >= half) ?? spans.find((span) => overlap(span) > 0);
}

function draw({ kind, reason = 'other' }: Span): string {
  if (kind === 'alive') return '·';
  if (kind === 'running') return paint('green', '█');
  return paint(styles[reason], letters[reason]);
}

function axis(duration: number, columns: number): string {
  const end = `${Math.round(duration)} ms`;
  return `${' '.repeat(LABEL + 1)}0${' '.repeat(Math.max(1, columns - 1 - end.length))}${end}`;
}

function legend({ lanes }: Timeline): string {
  const seen = new Set(lanes.flatMap(({ spans }) => spans.map(({ reason }) => reason)));
  const waits = reasons.filter((reason) => seen.has(reason));
  const entries = waits.map((reason) => `${paint(styles[reason], letters[reason])} waits: ${reason}`);
  return [`${paint('green', '█')} runs`, '· alive', ...entries].join('   ');
}

function paint(style: Style, text: string): string {
  return styleText(style, text, { stream: process.stdout });
}
