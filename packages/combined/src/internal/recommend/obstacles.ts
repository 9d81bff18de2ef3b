import type { Target } from '@weft/core';
import { type EncodeOptions, describeTarget, encodeBytes } from '@weft/core/lowlevel';

/** Why no thread, or no process, can make the call; `undefined` where one can. */
export interface Obstacles {
  threads: string | undefined;
  processes: string | undefined;
}

/** Looks for what keeps a function, one of its arguments or one of its results from crossing. */
export function findObstacles(target: Target, args: readonly unknown[], results: readonly unknown[]): Obstacles {
  const cross = (options: Omit<EncodeOptions, 'path'>): string | undefined =>
    complaintOf(() => {
      describeTarget(target);
      for (const value of args) encodeBytes(value, { ...options, path: 'args[0]' });
      for (const value of results) encodeBytes(value, { ...options, path: 'the result' });
    });
  // Shared memory is shared with threads, and cannot reach a process.
  return { threads: cross({ medium: 'thread', shareBuffer: () => 0 }), processes: cross({ medium: 'process' }) };
}

function complaintOf(attempt: () => void): string | undefined {
  try {
    attempt();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
