import { expect } from 'vitest';
import { type QueueSuiteOptions, everyQueueRows } from './queue.ts';
import { type Row, collectRows, defineSuite } from './suite.ts';

/** Checks that a queue behaves as `LifoQueue` of Python's queue or asyncio does. */
export function lifoQueueConformance(name: string, options: QueueSuiteOptions): void {
  defineSuite(name, lifoQueueRows(options));
}

/** The rows of {@link lifoQueueConformance}. */
export function lifoQueueRows(options: QueueSuiteOptions): Row[] {
  const order = collectRows(options, (row) => {
    row('gives the latest item first [QU-002, AS-108]', async () => {
      const queue = options.create();
      for (const item of [111, 333, 222]) await queue.put(item);
      expect([await queue.get(), queue.getNowait(), await queue.get()]).toEqual([222, 333, 111]);
    });
  });
  return [...order, ...everyQueueRows(options)];
}
