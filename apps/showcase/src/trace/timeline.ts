/** Why something does not go on. */
export type Reason = 'lock' | 'queue' | 'sleep' | 'I/O' | 'GIL' | 'task' | 'other';

/** A stretch of time in which a lane does one thing; alive is what may be idle. Times are milliseconds from the beginning of the timeline. */
export interface Span {
  from: number;
  to: number;
  kind: 'alive' | 'running' | 'waiting';
  /** Why it waits. */
  reason?: Reason;
  /** What it does or waits for. */
  label: string;
}

/** A process, a thread of it, or a task on that thread. */
export interface Lane {
  id: string;
  kind: 'process' | 'thread' | 'task';
  name: string;
  spans: Span[];
}

/** What one lane causes in another. */
export interface Arrow {
  kind: 'start' | 'put/get' | 'submit' | 'result';
  from: { lane: string; at: number };
  to: { lane: string; at: number };
  label: string;
}

/** What a program did, ready to be drawn: lanes in the order process, its threads, their tasks. */
export interface Timeline {
  /** Milliseconds. */
  duration: number;
  lanes: Lane[];
  arrows: Arrow[];
}

/** All reasons, in the order of legends. */
export const reasons: readonly Reason[] = ['lock', 'queue', 'sleep', 'I/O', 'GIL', 'task', 'other'];

/** Tells from what is waited for why something waits. */
export function reasonOf(waits: string): Reason {
  if (/\bgil\b/i.test(waits)) return 'GIL';
  if (/sleep|wake up|timer/i.test(waits)) return 'sleep';
  if (/queue|item|\bput\b|\bget\b/i.test(waits)) return 'queue';
  if (/lock|permit|semaphore|event|condition|barrier|notif|acquire|set\b/i.test(waits)) return 'lock';
  if (/read|write|connect|accept|recv|send|socket|stream|I\/O/i.test(waits)) return 'I/O';
  if (/task|gather|group|future|result|coroutine/i.test(waits)) return 'task';
  return 'other';
}
