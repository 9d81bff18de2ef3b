import { type Lane, type Reason, type Span, type Timeline, reasons } from './timeline.ts';

/** What a lane did altogether, in milliseconds. */
export interface LaneTotals {
  kind: Lane['kind'];
  name: string;
  running: number;
  waiting: Partial<Record<Reason, number>>;
}

/** Adds up what each lane of a timeline did. A stretch within another one counts for itself only. */
export function laneTotals({ lanes }: Timeline): LaneTotals[] {
  return lanes.filter(({ kind }) => kind !== 'process').map(totalsOf);
}

/** The reasons that occur at all. */
export function occurringReasons(totals: readonly LaneTotals[]): Reason[] {
  return reasons.filter((reason) => totals.some(({ waiting }) => waiting[reason] !== undefined));
}

function totalsOf({ kind, name, spans }: Lane): LaneTotals {
  const waits = spans.filter((span) => span.kind === 'waiting');
  const waiting: Partial<Record<Reason, number>> = {};
  for (const { from, to, reason = 'other' } of waits) waiting[reason] = (waiting[reason] ?? 0) + to - from;
  const running = spans
    .filter((span) => span.kind === 'running')
    .reduce((total, span) => total + span.to - span.from - overlap(span, waits), 0);
  return { kind, name, running, waiting };
}

function overlap({ from, to }: Span, waits: readonly Span[]): number {
  return waits.reduce((total, wait) => total + Math.max(0, Math.min(to, wait.to) - Math.max(from, wait.from)), 0);
}
