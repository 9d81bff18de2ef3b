import { channel } from 'node:diagnostics_channel';

/** What subscribers of the diagnostics channel `weft:process` get. */
export interface ProcessEvent {
  type: 'start' | 'end';
  name: string;
  pid: number;
  /** At the end: as {@link Process.exitcode}. */
  exitcode?: number | undefined;
}

const events = channel('weft:process');

/** Tells of a process that has started or ended, if anybody listens. */
export function publishProcess(type: ProcessEvent['type'], name: string, pid: number, exitcode?: number): void {
  if (events.hasSubscribers) events.publish({ type, name, pid, exitcode } satisfies ProcessEvent);
}
