import { type TraceRecord, threadLane } from './record.ts';
import type { Arrow } from './timeline.ts';

/** The two ends of an arrow: what happened first, and what it led to. */
interface Pairing {
  kind: Arrow['kind'];
  /** Under which key the first end waits for the second; undefined if the record is no first end. */
  begins(record: TraceRecord): string | undefined;
  ends(record: TraceRecord): string | undefined;
}

/** The rule of queues whose items can be followed. */
const FAIR = 'first in, first out';

const pairings: readonly Pairing[] = [
  {
    kind: 'start',
    begins: ({ channel, event, process, ident }) =>
      channel === 'thread' && event.startsWith('start') ? `${process} ${ident}` : undefined,
    ends: ({ channel, event, process, ident, thread }) =>
      channel === 'program' && event === 'begin' && thread !== 0 ? `${process} ${ident}` : undefined,
  },
  {
    kind: 'start',
    begins: ({ channel, event, id }) => (channel === 'process' && event.startsWith('start') ? id : undefined),
    ends: ({ channel, event, process, thread }) =>
      channel === 'program' && event === 'begin' && thread === 0 ? String(process) : undefined,
  },
  {
    kind: 'put/get',
    // Which item comes out of a stack or of a heap nobody tells: nothing is drawn that might be wrong.
    begins: ({ channel, event, id, rule = FAIR }) =>
      channel === 'queue' && event === 'put' && rule === FAIR ? id : undefined,
    ends: ({ channel, event, id }) => (channel === 'queue' && event === 'get' ? id : undefined),
  },
  {
    kind: 'submit',
    begins: ({ channel, event, id }) => (channel === 'task' && event === 'submit' ? id : undefined),
    ends: ({ channel, event, id }) => (channel === 'task' && event === 'start' ? id : undefined),
  },
  {
    kind: 'result',
    begins: ({ channel, event, id }) => (channel === 'task' && event === 'end' ? id : undefined),
    ends: ({ channel, event, id }) => (channel === 'task' && event === 'result' ? id : undefined),
  },
];

/** Finds what in one lane led to something in another. First come, first served, as in queues. */
export function findArrows(records: readonly TraceRecord[]): Arrow[] {
  return pairings.flatMap((pairing) => pair(pairing, records)).toSorted((one, other) => one.from.at - other.from.at);
}

/** A starter may come to say so only after what it started has said that it is there: all first ends are known first. */
function pair({ kind, begins, ends }: Pairing, records: readonly TraceRecord[]): Arrow[] {
  const open = new Map<string, TraceRecord[]>();
  for (const record of records) {
    const key = begins(record);
    if (key !== undefined) open.set(key, [...(open.get(key) ?? []), record]);
  }
  const arrows: Arrow[] = [];
  for (const record of records) {
    const key = ends(record);
    const first = key === undefined ? undefined : open.get(key)?.shift();
    if (first === undefined || threadLane(first) === threadLane(record)) continue;
    arrows.push({
      kind,
      from: { lane: threadLane(first), at: Math.min(first.at, record.at) },
      to: { lane: threadLane(record), at: record.at },
      label: first.name ?? kind,
    });
  }
  return arrows;
}
