import { type Arrow, type Lane, type Span, type Timeline, reasons } from './timeline.ts';

/** How much room there is: the whole width of a page, or half of it. */
export type DrawingSize = 'wide' | 'narrow';

/** How to draw. */
export interface DrawingOptions {
  /** Draws only what happened before, in milliseconds, for a replay. Left out, everything is drawn. */
  until?: number;
  size?: DrawingSize;
}

/** Where a moment lies, from left to right. */
type Scale = (at: number) => number;

const WIDTHS = { wide: 1080, narrow: 600 } as const;
const LABELS = { wide: 225, narrow: 175 } as const;
const TICKS = { wide: 8, narrow: 4 } as const;
const RIGHT = 14;
const ROW = { process: 26, thread: 22, task: 18 } as const;
const BAR = { process: 4, thread: 14, task: 10 } as const;
const INDENT = { process: 0, thread: 12, task: 24 } as const;
const AXIS = 24;
const LEGEND = 30;
/** About how wide a character is. */
const CHARACTER = { process: 7.3, thread: 6.5, task: 6 } as const;

/**
 * Draws a timeline as SVG: a lane for each process, thread and task, waiting coloured by reason, arrows for what one
 * lane causes in another. Colours come from the page's style sheet, by class.
 *
 * @param timeline What to draw.
 * @param title What the drawing is called; screen readers say it.
 */
export function drawSvgTimeline(
  timeline: Timeline,
  title: string,
  { until = timeline.duration, size = 'wide' }: DrawingOptions = {},
): string {
  const width = WIDTHS[size];
  const left = LABELS[size];
  const rows = layOut(timeline.lanes);
  const bottom = AXIS + timeline.lanes.reduce((height, { kind }) => height + ROW[kind], 0);
  const x: Scale = (at) => left + ((width - left - RIGHT) * at) / (timeline.duration || 1);
  const shown = timeline.arrows.filter(({ to }) => to.at <= until);
  const parts = [
    `<title>${escapeXml(title)}</title>`,
    `<desc>${escapeXml(describe(timeline))}</desc>`,
    ...drawAxis(timeline.duration, bottom, x, TICKS[size]),
    ...timeline.lanes.map((lane) => drawLane(lane, rows.get(lane.id) ?? 0, until, x)),
    ...shown.map((arrow) => drawArrow(arrow, rows, x)),
    until < timeline.duration
      ? `<line class="now" x1="${n(x(until))}" x2="${n(x(until))}" y1="${AXIS}" y2="${bottom}"/>`
      : '',
    drawLegend(timeline, bottom + 20, left, width),
  ];
  const height = bottom + LEGEND + (size === 'narrow' ? LEGEND / 2 : 0);
  return `<svg class="timeline ${size}" role="img" viewBox="0 0 ${width} ${height}" xmlns="http://www.w3.org/2000/svg">${parts.join('')}</svg>`;
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

function drawAxis(duration: number, bottom: number, x: Scale, most: number): string[] {
  const step = roundStep(duration / most);
  return Array.from({ length: Math.floor(duration / step) + 1 }, (_, tick) => {
    const at = tick * step;
    const label = `<text class="tick" x="${n(x(at))}" y="14" text-anchor="${at > duration * 0.97 ? 'end' : 'middle'}">${describeMoment(at)}</text>`;
    return `<line class="grid" x1="${n(x(at))}" x2="${n(x(at))}" y1="${AXIS - 4}" y2="${bottom}"/>${label}`;
  });
}

/** The least of 1, 2, 5, 10, 20, 50 and so on that is not less than a value. */
function roundStep(least: number): number {
  if (!(least > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

function describeMoment(at: number): string {
  return at >= 1000 ? `${Number((at / 1000).toFixed(2))} s` : `${Number(at.toFixed(2))} ms`;
}

function drawLane({ kind, name, spans }: Lane, middle: number, until: number, x: Scale): string {
  const room = (x(0) - INDENT[kind] - 8) / CHARACTER[kind];
  const label = `<text class="lane ${kind}" x="${INDENT[kind]}" y="${middle + 4}">${escapeXml(shorten(name, room))}</text>`;
  const visible = spans.filter(({ from }) => from < until).map((span) => ({ ...span, to: Math.min(span.to, until) }));
  return label + visible.map((span) => drawSpan(span, kind, middle, x)).join('');
}

function drawSpan(span: Span, kind: Lane['kind'], middle: number, x: Scale): string {
  const height = span.kind === 'alive' ? 2 : BAR[kind];
  const width = Math.max(1, x(span.to) - x(span.from));
  const round = span.kind === 'alive' || width < 6 ? '' : ' rx="2"';
  const tip = `${sayWhat(span)}: ${milliseconds(span.to - span.from)}, from ${milliseconds(span.from)}`;
  const box = `x="${n(x(span.from))}" y="${middle - height / 2}" width="${n(width)}" height="${height}"${round}`;
  return `<rect class="${classOf(span)}" ${box}><title>${escapeXml(tip)}</title></rect>`;
}

function drawArrow({ kind, from, to, label }: Arrow, rows: ReadonlyMap<string, number>, x: Scale): string {
  const [start, end] = [rows.get(from.lane), rows.get(to.lane)];
  if (start === undefined || end === undefined) return '';
  const [x1, x2] = [x(from.at), x(to.at)];
  const head = end > start ? -5 : 5;
  return (
    `<g class="arrow"><path d="M${n(x1)} ${start}L${n(x2)} ${end}"/>` +
    `<path class="head" d="M${n(x2)} ${end}l-3 ${head}h6z"/><title>${escapeXml(`${kind}: ${label}`)}</title></g>`
  );
}

function drawLegend({ lanes, arrows }: Timeline, top: number, left: number, width: number): string {
  const seen = new Set(lanes.flatMap(({ spans }) => spans.map(({ reason }) => reason)));
  const waits = reasons
    .filter((reason) => seen.has(reason))
    .map((reason) => ({ css: waitClass(reason), text: `waits: ${reason}` }));
  const kinds = [...new Set(arrows.map(({ kind }) => kind))].join(', ');
  const entries = [
    { css: 'running', text: 'runs' },
    { css: 'alive', text: 'may be idle' },
    ...waits,
    ...(kinds === '' ? [] : [{ css: 'arrow', text: kinds }]),
  ];
  let [x, y] = [left, top];
  return entries
    .map(({ css, text }) => {
      const room = 30 + text.length * CHARACTER.task;
      if (x + room > width) [x, y] = [left, y + LEGEND / 2];
      const entry = `${drawSign(css, x, y)}<text class="tick" x="${n(x + 17)}" y="${y}">${text}</text>`;
      x += room;
      return entry;
    })
    .join('');
}

function drawSign(css: string, x: number, y: number): string {
  if (css === 'arrow')
    return `<path class="sign" d="M${n(x)} ${y - 4}h7"/><path class="sign head" d="M${n(x + 12)} ${y - 4}l-6 -3v6z"/>`;
  const height = css === 'alive' ? 2 : 10;
  return `<rect class="${css}" x="${n(x)}" y="${y - 4 - height / 2}" width="12" height="${height}" rx="1.5"/>`;
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

function shorten(name: string, most: number): string {
  return name.length > most ? `${name.slice(0, Math.floor(most) - 1)}…` : name;
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
