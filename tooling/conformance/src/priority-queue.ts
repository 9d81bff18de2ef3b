import { expect } from 'vitest';
import { type QueueSuiteOptions, everyQueueRows } from './queue.ts';
import { type Row, collectRows, defineSuite } from './suite.ts';

/** Checks that a queue behaves as `PriorityQueue` of Python's queue or asyncio does. */
export function priorityQueueConformance(name: string, options: QueueSuiteOptions): void {
  defineSuite(name, priorityQueueRows(options));
}

/** The rows of {@link priorityQueueConformance}. */
export function priorityQueueRows(options: QueueSuiteOptions): Row[] {
  const order = collectRows(options, (row) => {
    row('gives the smallest item first [QU-003, AS-109]', async () => {
      const queue = options.create();
      for (const item of [5, 1, 4, -2, 3, 10, 1]) await queue.put(item);
      const got: unknown[] = [];
      while (!queue.empty()) got.push(await queue.get());
      expect(got).toEqual([-2, 1, 1, 3, 4, 5, 10]);
    });
    row('compares arrays element by element [QU-003, QU-018]', async () => {
      const queue = options.create();
      for (const item of [
        [2, 'b'],
        [1, 'z'],
        [2, 'a'],
        [1, 'a', 0],
        [1, 'a'],
      ])
        queue.putNowait(item);
      const got = Array.from({ length: 5 }, () => queue.getNowait());
      expect(got).toEqual([
        [1, 'a'],
        [1, 'a', 0],
        [1, 'z'],
        [2, 'a'],
        [2, 'b'],
      ]);
    });
    row('compares texts and big integers as they are [QU-003]', async () => {
      for (const items of [
        ['b', 'a', 'c', 'B'],
        [2n, 10n, -1n],
      ]) {
        const queue = options.create();
        for (const item of items) queue.putNowait(item);
        const sorted = (items as (string | bigint)[]).toSorted((a, b) => (a < b ? -1 : 1));
        expect(items.map(() => queue.getNowait())).toEqual(sorted);
      }
    });
    row('serves the smallest item that is there, also between puts [QU-003]', async () => {
      const queue = options.create();
      queue.putNowait(5);
      queue.putNowait(3);
      expect(await queue.get()).toBe(3);
      queue.putNowait(9);
      queue.putNowait(1);
      expect([await queue.get(), await queue.get(), await queue.get()]).toEqual([1, 5, 9]);
    });
  });
  return [...order, ...everyQueueRows(options, true)];
}
