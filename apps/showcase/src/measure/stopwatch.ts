import { performance } from 'node:perf_hooks';

/** How long a piece of work takes, in milliseconds. */
export async function wallTime(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
