import type { Worker } from 'node:worker_threads';

const started = new Set<Worker>();
let following = false;

/**
 * Follows the threads that this one starts, from the first call on.
 *
 * @returns Names those that have not ended, whether they are referenced or not.
 */
export function liveThreads(): () => string[] {
  if (!following) {
    following = true;
    process.on('worker', (worker) => started.add(worker));
  }
  return () => {
    for (const worker of started) if (worker.threadId < 0) started.delete(worker);
    return [...started].map((worker) => `thread ${worker.threadId}`);
  };
}
