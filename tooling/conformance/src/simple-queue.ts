import { expect } from 'vitest';
import { failure } from './failure.ts';
import type { SimpleQueueLike } from './queue.ts';
import { remoteItemRows } from './remote-queue-rows.ts';
import { unboundedRows } from './queue-item-rows.ts';
import { type Row, type SuiteOptions, collectRows, defineSuite } from './suite.ts';

/** How to make what the suite is about. */
export interface SimpleQueueSuiteOptions extends SuiteOptions {
  create(): SimpleQueueLike;
  /** Whether an item that stays in one thread is the same object when it comes out; `true` if left out. */
  identity?: boolean | undefined;
}

/** Checks that a queue behaves as `SimpleQueue` of Python's queue or multiprocessing does. */
export function simpleQueueConformance(name: string, options: SimpleQueueSuiteOptions): void {
  defineSuite(name, simpleQueueRows(options));
}

/** The rows of {@link simpleQueueConformance}. */
export function simpleQueueRows(options: SimpleQueueSuiteOptions): Row[] {
  const { create } = options;
  return collectRows(options, (row, setting) => {
    row(
      'gives items in the order in which they came, and takes any number without waiting [QU-053, QU-055, QU-069]',
      async () => {
        const queue = create();
        for (let item = 0; item < 1_000; item += 1) await queue.put(item, { timeout: 0 });
        expect(queue.qsize()).toBe(1_000);
        for (let item = 0; item < 1_000; item += 1) expect(await queue.get()).toBe(item);
        await failure(async () => queue.getNowait(), 'QueueEmptyError');
      },
    );
    row('brings every item once from many producers to many consumers [QU-058]', async () => {
      const queue = create();
      const got: number[] = [];
      const consumers = Array.from({ length: 8 }, () =>
        setting.start(async () => {
          for (let index = 0; index < 50; index += 1) got.push((await queue.get()) as number);
        }),
      );
      const producers = Array.from({ length: 8 }, (_, producer) =>
        setting.start(async () => {
          for (let index = 0; index < 50; index += 1) await queue.put(producer * 50 + index);
        }),
      );
      await Promise.all([...producers, ...consumers]);
      expect(got.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, item) => item));
    });
    row('has no maxsize, taskDone, join or shutdown [QU-063]', () => {
      for (const absent of ['maxsize', 'full', 'taskDone', 'join', 'shutdown']) expect(absent in create()).toBe(false);
    });
    if (setting.elsewhere) remoteItemRows(row, { create, comparable: false }, setting, setting.elsewhere);
    unboundedRows(row, { create, setting, identity: options.identity ?? true, comparable: false });
  });
}
