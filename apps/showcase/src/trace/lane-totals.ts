import { type Lane, type Reason, type Timeline, reasons } from './timeline.ts';

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
  const waiting: Partial<Record<Reason, number>> = {};
  let running = 0;
  for (const [index, span] of spans.entries()) {
    // Later spans of a lane lie within earlier ones.
    const within = spans
      .slice(index + 1)
      .filter(({ from, to }) => from >= span.from && to <= span.to && span.kind !== 'waiting');
    const outermost = within.filter(
      (inner) => !within.some((other) => other !== inner && other.from <= inner.from && other.to >= inner.to),
    );
    const length = span.to - span.from - outermost.reduce((total, { from, to }) => total + to - from, 0);
    if (span.kind === 'running') running += length;
    else if (span.kind === 'waiting') waiting[span.reason ?? 'other'] = (waiting[span.reason ?? 'other'] ?? 0) + length;
  }
  return { kind, name, running, waiting };
}
