import type { Target } from '@weft/core';
import { describeTarget, encodeBytes } from '@weft/core/lowlevel';

/** Why no thread, or no process, can make the call; `undefined` where one can. */
export interface Obstacles {
  threads: string | undefined;
  processes: string | undefined;
}

/** What it takes to hand a value over. */
export interface Crossing extends Obstacles {
  /** How many bytes it comes to; 0 if it cannot reach a process. */
  bytes: number;
}

/** Tries to write a value as other threads and processes would be sent it. */
export function tryCrossing(value: unknown, path: string): Crossing {
  let bytes = 0;
  const processes = complaintOf(() => {
    bytes = encodeBytes(value, { medium: 'process', path }).length;
  });
  // What reaches processes reaches threads. Memory is shared with threads, and cannot reach a process.
  const threads = processes && complaintOf(() => encodeBytes(value, { medium: 'thread', path, shareBuffer: () => 0 }));
  return { bytes, threads, processes };
}

/** Finds what stands in the way first: the function, or what it is given and gives. */
export function findObstacles(target: Target, values: readonly Obstacles[]): Obstacles {
  const local = complaintOf(() => describeTarget(target));
  return {
    threads: local ?? values.find(({ threads }) => threads !== undefined)?.threads,
    processes: local ?? values.find(({ processes }) => processes !== undefined)?.processes,
  };
}

function complaintOf(attempt: () => unknown): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
