import type { ResourceLimits } from 'node:worker_threads';
import { MAX_SEATS } from './pool-layout.ts';
import { checkResourceLimits } from './resource-limits.ts';

/** No more tasks are with the workers of a pool at a time. */
const MAX_CONCURRENCY = 65_536;

/** Checks the options that only pools of threads have. */
export function checkPoolThreads(
  { maxWorkers, concurrency }: { maxWorkers: number; concurrency: number },
  options: {
    threadNamePrefix?: string | undefined;
    resourceLimits?: ResourceLimits | undefined;
    maxMemoryPerWorker?: number | undefined;
  },
): { resourceLimits: ResourceLimits | undefined; maxMemory: number } {
  const { threadNamePrefix, resourceLimits, maxMemoryPerWorker = Infinity } = options;
  if (maxWorkers > MAX_SEATS)
    throw new RangeError(`Cannot use maxWorkers = ${maxWorkers}: a pool has ${MAX_SEATS} threads at most`);
  if (concurrency > MAX_CONCURRENCY)
    throw new RangeError(
      `Cannot use concurrency = ${concurrency}: a thread runs ${MAX_CONCURRENCY} tasks at a time at most`,
    );
  if (threadNamePrefix !== undefined && typeof threadNamePrefix !== 'string') {
    throw new TypeError(`Cannot use threadNamePrefix = ${String(threadNamePrefix)}: it must be a string`);
  }
  checkResourceLimits(resourceLimits);
  if (typeof maxMemoryPerWorker !== 'number') {
    throw new TypeError(`Cannot use maxMemoryPerWorker = ${String(maxMemoryPerWorker)}: it must be a number of bytes`);
  }
  if (!(maxMemoryPerWorker > 0))
    throw new RangeError(`Cannot use maxMemoryPerWorker = ${maxMemoryPerWorker}: it must be above 0`);
  return { resourceLimits, maxMemory: maxMemoryPerWorker };
}
