import { flush } from '@weft/testkit';
import { expect } from 'vitest';
import { failure, failureSync } from './failure.ts';
import type { QueueSuiteOptions } from './queue.ts';
import type { Define, Setting } from './suite.ts';
import { type TokenScene, tokenRows } from './token-rows.ts';
import { waitingRows } from './waiting-rows.ts';

/** Adds the rows about queues that can be full. */
export function boundedQueueRows(row: Define, options: QueueSuiteOptions, setting: Setting): void {
  const { create } = options;
  row('is full at its maxsize [QU-004, QU-005]', async () => {
    const queue = create(5);
    for (let item = 0; item < 4; item += 1) await queue.put(item);
    expect([queue.qsize(), queue.full(), queue.empty()]).toEqual([4, false, false]);
    await queue.put(4);
    expect([queue.qsize(), queue.full(), queue.empty()]).toEqual([5, true, false]);
    expect(failureSync(() => queue.putNowait(5), 'QueueFullError')).toHaveProperty('code', 'ERR_QUEUE_FULL');
    await failure(() => queue.put(5, { timeout: 0 }), 'QueueFullError');
    expect(queue.qsize()).toBe(5);
    await queue.get();
    expect(queue.full()).toBe(false);
  });
  row('lets a put wait until there is room [QU-007, AS-097]', async () => {
    for (const limits of [undefined, { timeout: 10_000 }]) {
      const queue = create(1);
      await queue.put('first');
      let put = false;
      const putting = setting.start(async () => {
        await queue.put('second', limits);
        put = true;
      });
      await flush();
      expect(put).toBe(false);
      expect(queue.qsize()).toBe(1);
      expect(await queue.get()).toBe('first');
      await putting;
      expect(await queue.get()).toBe('second');
    }
  });
  row('keeps others going when a put in the middle of the line is aborted [AS-103, AS-106]', async () => {
    const queue = create(1);
    await queue.put('a');
    const controller = new AbortController();
    const [before, gone, after] = [
      queue.put('b'),
      failure(() => queue.put('gone', { signal: controller.signal })),
      queue.put('c'),
    ];
    await flush();
    controller.abort(new Error('left'));
    await gone;
    const got = [await queue.get(), await queue.get(), await queue.get()];
    await Promise.all([before, after]);
    expect(got.toSorted()).toEqual(['a', 'b', 'c']);
    expect(queue.empty()).toBe(true);
  });
  if (options.resizable ?? true) {
    row('keeps its items when its maxsize is lowered, and is full [QU-017]', async () => {
      const queue = create(3);
      for (const item of [1, 2, 3]) await queue.put(item);
      queue.maxsize = 2;
      failureSync(() => queue.putNowait(4), 'QueueFullError');
      expect(queue.qsize()).toBe(3);
      await queue.get();
      expect(queue.full()).toBe(true);
      await queue.get();
      expect(queue.full()).toBe(false);
    });
  }
  if (setting.sync) {
    row('putSync means the same as put [API-2, QU-005, QU-006]', async () => {
      const queue = create(1);
      queue.putSync?.('item');
      failureSync(() => queue.putSync?.('more', { timeout: 0 }), 'QueueFullError');
      expect(queue.getSync?.()).toBe('item');
      queue.putSync?.('again', { timeout: 1_000 });
      expect(await queue.get()).toBe('again');
    });
  }
  const waiting = {
    verb: 'put',
    timesOut: 'QueueFullError',
    ids: { timeout: 'QU-006', range: 'QU-013', signal: 'AS-106', race: 'AS-103, AS-107', order: 'AS-091' },
    begin: async (): Promise<TokenScene> => {
      const queue = create(1);
      await queue.put('item');
      return {
        wait: (limits) => queue.put('item', limits),
        waitSync: queue.putSync && ((limits) => queue.putSync?.('item', limits)),
        grant: () => {
          queue.getNowait();
        },
        take: () => {
          if (queue.full()) return false;
          queue.putNowait('item');
          return true;
        },
      };
    },
  };
  waitingRows(row, setting, waiting);
  tokenRows(row, setting, waiting);
}
