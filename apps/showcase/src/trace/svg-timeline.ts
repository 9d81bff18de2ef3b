import { type Arrow, type Lane, type Span, type Timeline, reasons } from './timeline.ts';

const WIDTH = 960;
const LABELS = 200;
const ROW = { process: 26, thread: 22, task: 18 } as const;
const BAR = { process: 4, thread: 14, task: 10 } as const;
const INDENT = { process: 0, thread: 12, task: 24 } as const;
const AXIS = 24;
const LEGEND = 28;
const TICKS = 5;

/**
 * Draws a timeline as SVG: a lane for each process, thread and task, waiting coloured by reason, arrows for what one
 * lane causes in another. Colours come from the page's style sheet, by class.
 *
 * @param timeline What to draw.
 * @param title What the drawing is called; screen readers say it.
 * @param until Draws only what happened before, in milliseconds, for a replay. Left out, everything is drawn.
 */
export function drawSvgTimeline(timeline: Timeline, title: string, until = timeline.duration): string {
  const rows = layOut(timeline.lanes);
  const bottom = AXIS + timeline.lanes.reduce((height, { kind }) => height + ROW[kind], 0);
  const x = (at: number) => LABELS + ((WIDTH - LABELS) * at) / (timeline.duration || 1);
  const shown = { ...timeline, arrows: timeline.arrows.filter(({ to }) => to.at <= until) };
  const parts = [
    `<title>${escapeXml(title)}</title>`,
    `<desc>${escapeXml(describe(timeline))}</desc>`,
    ...drawAxis(timeline.duration, bottom, x),
    ...timeline.lanes.map((lane) => drawLane(lane, rows.get(lane.id) ?? 0, until, x)),
    ...shown.arrows.map((arrow) => drawArrow(arrow, rows, x)),
    until < timeline.duration
      ? `<line class="now" x1="${n(x(until))}" x2="${n(x(until))}" y1="${AXIS}" y2="${bottom}"/>`
      : '',
    drawLegend(timeline, bottom + 18),
  ];
  return `<svg class="timeline" role="img" viewBox="0 0 ${WIDTH} ${bottom + LEGEND}" xmlns="http://www.w3.org/2000/svg">${parts.join('')}</svg>`;
}

/** The middle of each lane. */
function layOut(lanes: readonly Lane[]): Map<string, number> {
  const rows = new Map<string, number>();
  let top = AXIS;
  for (const { id, kind } of lanes) {
    rows.set(id, top + ROW[kind] / 2);
    top += ROW[kind];
  }
  return rows;
}

function drawAxis(duration: number, bottom: number, x: (at: number) => number): string[] {
  return Array.from({ length: TICKS + 1 }, (_, tick) => {
    const at = (duration * tick) / TICKS;
    const anchor = tick === TICKS ? 'end' : 'middle';
    const label = `<text class="tick" x="${n(x(at))}" y="14" text-anchor="${anchor}">${Math.round(at)} ms</text>`;
    return `<line class="grid" x1="${n(x(at))}" x2="${n(x(at))}" y1="${AXIS - 4}" y2="${bottom}"/>${label}`;
  });
}

function drawLane({ kind, name, spans }: Lane, middle: number, until: number, x: (at: number) => number): string {
  const label = `<text class="lane ${kind}" x="${INDENT[kind]}" y="${middle + 4}">${escapeXml(shorten(name, kind))}</text>`;
  const visible = spans.filter(({ from }) => from < until).map((span) => ({ ...span, to: Math.min(span.to, until) }));
  return label + visible.map((span) => drawSpan(span, kind, middle, x)).join('');
}

function drawSpan(span: Span, kind: Lane['kind'], middle: number, x: (at: number) => number): string {
  const height = span.kind === 'alive' ? 2 : BAR[kind];
  const width = Math.max(1, x(span.to) - x(span.from));
  const tip = `${sayWhat(span)}: ${milliseconds(span.to - span.from)}, from ${milliseconds(span.from)}`;
  const box = `x="${n(x(span.from))}" y="${middle - height / 2}" width="${n(width)}" height="${height}"`;
  return `<rect class="${classOf(span)}" ${box}><title>${escapeXml(tip)}</title></rect>`;
}

function drawArrow(
  { kind, from, to, label }: Arrow,
  rows: ReadonlyMap<string, number>,
  x: (at: number) => number,
): string {
  const [start, end] = [rows.get(from.lane), rows.get(to.lane)];
  if (start === undefined || end === undefined) return '';
  const [x1, x2] = [x(from.at), x(to.at)];
  const head = end > start ? -5 : 5;
  return (
    `<g class="arrow"><path d="M${n(x1)} ${start}L${n(x2)} ${end}"/>` +
    `<path class="head" d="M${n(x2)} ${end}l-3 ${head}h6z"/><title>${escapeXml(`${kind}: ${label}`)}</title></g>`
  );
}

function drawLegend({ lanes }: Timeline, y: number): string {
  const seen = new Set(lanes.flatMap(({ spans }) => spans.map(({ reason }) => reason)));
  const waits = reasons
    .filter((reason) => seen.has(reason))
    .map((reason) => ({ css: waitClass(reason), text: `waits: ${reason}` }));
  const entries = [{ css: 'running', text: 'runs' }, { css: 'alive', text: 'may be idle' }, ...waits];
  return entries
    .map(({ css, text }, index) => {
      const x = LABELS + index * 115;
      return `<rect class="${css}" x="${x}" y="${y - 9}" width="12" height="${css === 'alive' ? 2 : 10}"/><text class="tick" x="${x + 17}" y="${y}">${text}</text>`;
    })
    .join('');
}

/** What a timeline says in words, for who cannot see it. */
function describe({ duration, lanes }: Timeline): string {
  const count = (kind: Lane['kind']) => lanes.filter((lane) => lane.kind === kind).length;
  return `${milliseconds(duration)} with ${count('process')} processes, ${count('thread')} threads and ${count('task')} tasks; the table below says what each of them did.`;
}

function sayWhat({ kind, reason, label }: Span): string {
  if (kind === 'waiting') return `waits (${reason}) ${label}`;
  return kind === 'running' ? `runs ${label}` : 'alive';
}

function classOf({ kind, reason = 'other' }: Span): string {
  return kind === 'waiting' ? waitClass(reason) : kind;
}

function waitClass(reason: string): string {
  return `wait-${reason.toLowerCase().replace('/', '')}`;
}

function shorten(name: string, kind: Lane['kind']): string {
  const most = 28 - INDENT[kind] / 6;
  return name.length > most ? `${name.slice(0, most - 1)}…` : name;
}

function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Makes any text safe to stand in markup. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
