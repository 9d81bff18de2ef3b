import { libc } from './libc.ts';
import { startTimeOf } from './liveness.ts';

/** One who takes part in shared memory: a thread of a process, with memory of its own but for the segments. */
export interface Agent {
  /** The thread's id; on the main thread it is the process's id. */
  readonly id: number;
  /** When the thread started, as `startTimeOf` tells it. */
  readonly start: number;
  /** The process's id. */
  readonly process: number;
}

let self: Agent | undefined;

/** The agent that this code runs in. */
export function thisAgent(): Agent {
  if (self === undefined) {
    const id = libc()?.gettid() ?? process.pid;
    self = { id, start: startTimeOf(id) ?? 0, process: process.pid };
  }
  return self;
}
