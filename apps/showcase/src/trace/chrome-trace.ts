import type { Lane, Timeline } from './timeline.ts';

const MICROSECONDS = 1000;

/** An event of Chrome's trace format. */
interface ChromeEvent {
  ph: 'M' | 'X' | 's' | 'f';
  pid: number;
  tid: number;
  name: string;
  ts?: number;
  dur?: number;
  cat?: string;
  id?: number;
  bp?: 'e';
  args?: Record<string, string | number>;
}

/**
 * Writes a timeline in Chrome's trace format, which Perfetto and chrome://tracing open. Each lane becomes a track:
 * tasks as well, below the thread that they run on.
 *
 * @see https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU
 */
export function toChromeTrace(timeline: Timeline): { traceEvents: ChromeEvent[]; displayTimeUnit: 'ms' } {
  const tracks = new Map(
    timeline.lanes.map((lane, index) => [lane.id, { pid: Number.parseInt(lane.id, 10), tid: index }]),
  );
  const trackOf = (lane: string) => tracks.get(lane) ?? { pid: 0, tid: 0 };
  const arrows = timeline.arrows.flatMap(({ kind, from, to, label }, id): ChromeEvent[] => [
    { ph: 's', ...trackOf(from.lane), name: label, cat: kind, id, ts: from.at * MICROSECONDS },
    { ph: 'f', bp: 'e', ...trackOf(to.lane), name: label, cat: kind, id, ts: to.at * MICROSECONDS },
  ]);
  return {
    traceEvents: [...timeline.lanes.flatMap((lane) => eventsOf(lane, trackOf(lane.id))), ...arrows],
    displayTimeUnit: 'ms',
  };
}

function eventsOf(lane: Lane, track: { pid: number; tid: number }): ChromeEvent[] {
  const name: ChromeEvent = { ph: 'M', ...track, name: 'thread_name', args: { name: lane.name } };
  const order: ChromeEvent = { ph: 'M', ...track, name: 'thread_sort_index', args: { sort_index: track.tid } };
  const spans = lane.spans.map(({ from, to, kind, reason, label }): ChromeEvent => ({
    ph: 'X',
    ...track,
    name: label,
    cat: reason === undefined ? kind : `waiting: ${reason}`,
    ts: from * MICROSECONDS,
    dur: (to - from) * MICROSECONDS,
  }));
  if (lane.kind !== 'process') return [name, order, ...spans];
  return [{ ph: 'M', ...track, name: 'process_name', args: { name: lane.name } }, name, order, ...spans];
}
