import { inspect } from 'node:util';
import { capped, flush } from '@weft/testkit';
import { expect } from 'vitest';
import { failure, failureSync } from './failure.ts';
import type { QueueSuiteOptions, SimpleQueueLike } from './queue.ts';
import type { Define, Setting } from './suite.ts';
import { type TokenScene, tokenRows } from './token-rows.ts';
import { waitingRows } from './waiting-rows.ts';

/** Adds the rows about the order of a plain queue. */
export function fifoRows(row: Define, { create }: QueueSuiteOptions, setting: Setting): void {
  row('gives items in the order in which they came [QU-001, AS-089, MP-097]', async () => {
    const queue = create();
    for (const item of [111, 333, 222]) await queue.put(item);
    queue.putNowait(444);
    expect([
      await queue.get(),
      await queue.get({ timeout: 1_000 }),
      queue.getNowait(),
      await queue.get({ timeout: 0 }),
    ]).toEqual([111, 333, 222, 444]);
  });
  row('brings every item once from many producers to many consumers [QU-058, AS-095, AS-105, MP-117]', async () => {
    const queue = create(3);
    const got: number[] = [];
    const each = Math.max(10, Math.ceil(setting.rounds / 20));
    const producers = [0, 1, 2, 3].map((producer) =>
      setting.start(async () => {
        for (let index = 0; index < each; index += 1) await queue.put(producer * each + index);
      }),
    );
    const consumers = [0, 1, 2, 3].map(() =>
      setting.start(async () => {
        for (let index = 0; index < each; index += 1) got.push((await queue.get()) as number);
      }),
    );
    await Promise.all([...producers, ...consumers]);
    expect(got.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 4 * each }, (_, index) => index));
    expect(queue.empty()).toBe(true);
  });
  row('gives the items of putters that waited in the order in which those came [AS-094, AS-091]', async () => {
    const queue = create(1);
    const puts = [0, 1, 2, 3].map((item) => queue.put(item));
    await flush();
    const got = [await queue.get(), await queue.get(), await queue.get(), await queue.get()];
    await Promise.all(puts);
    expect(got.toSorted()).toEqual([0, 1, 2, 3]);
    if (setting.ordered) expect(got).toEqual([0, 1, 2, 3]);
  });
}

/** Adds the rows about items that every queue owes. */
export function itemRows(row: Define, options: QueueSuiteOptions, setting: Setting, comparable: boolean): void {
  const { create } = options;
  unboundedRows(row, { create: () => create(), setting, identity: options.identity ?? true, comparable });
  row('has putNowait and getNowait that never wait [QU-012, QU-015, AS-092, AS-101]', () => {
    const queue = create(2);
    queue.putNowait(1);
    queue.putNowait(2);
    failureSync(() => queue.putNowait(3), 'QueueFullError');
    expect([queue.getNowait(), queue.getNowait()].toSorted()).toEqual([1, 2]);
    failureSync(() => queue.getNowait(), 'QueueEmptyError');
  });
  row('is unbounded with a maxsize of 0 or less [QU-016]', async () => {
    for (const maxsize of [0, -1]) {
      const queue = create(maxsize);
      for (let item = 0; item < 1_000; item += 1) queue.putNowait(item);
      expect(queue.full()).toBe(false);
      expect(queue.qsize()).toBe(1_000);
      for (let item = 0; item < 1_000; item += 1) await queue.get();
    }
  });
}

/** What the rows about unbounded queues need. */
export interface UnboundedQueue {
  create(): SimpleQueueLike;
  readonly setting: Setting;
  readonly identity: boolean;
  /** Whether it takes only items that have an order. */
  readonly comparable: boolean;
}

/** Adds the rows about items that also a queue without bounds owes. */
export function unboundedRows(row: Define, { create, setting, identity, comparable }: UnboundedQueue): void {
  row('counts its items [QU-004, QU-053, MP-100, MP-111, MP-114]', async () => {
    const queue = create();
    expect([queue.qsize(), queue.empty()]).toEqual([0, true]);
    await queue.put(1);
    await queue.put(2);
    expect([queue.qsize(), queue.empty()]).toEqual([2, false]);
    await queue.get();
    expect([queue.qsize(), queue.empty()]).toEqual([1, false]);
    await queue.get();
    expect([queue.qsize(), queue.empty()]).toEqual([0, true]);
  });
  row('can be filled and emptied again and again [QU-011]', async () => {
    const queue = create();
    for (const _ of [1, 2, 3]) {
      for (let item = 0; item < 20; item += 1) await queue.put(item);
      for (let item = 0; item < 20; item += 1) await queue.get();
      failureSync(() => queue.getNowait(), 'QueueEmptyError');
    }
  });
  row('has errors with a code when it is empty [QU-008, QU-052]', async () => {
    const queue = create();
    expect(failureSync(() => queue.getNowait(), 'QueueEmptyError')).toHaveProperty('code', 'ERR_QUEUE_EMPTY');
    expect(await failure(() => queue.get({ timeout: 0 }), 'QueueEmptyError')).toHaveProperty('code', 'ERR_QUEUE_EMPTY');
  });
  row('lets a get wait until an item is put [QU-010, AS-090, AS-104]', async () => {
    for (const options of [undefined, { timeout: 10_000 }]) {
      const queue = create();
      let got: unknown = 'nothing';
      const getting = setting.start(async () => {
        got = await queue.get(options);
      });
      await flush();
      expect(got).toBe('nothing');
      await queue.put('item');
      await getting;
      expect(got).toBe('item');
    }
  });
  row('wakes exactly one getter with one put [QU-020]', async () => {
    const queue = create();
    const got: unknown[] = [];
    const gets = [0, 1, 2].map(async () => {
      got.push(await queue.get());
    });
    await flush();
    await queue.put('one');
    await Promise.race(gets);
    await flush();
    expect(got).toEqual(['one']);
    await queue.put('two');
    await queue.put('three');
    await Promise.all(gets);
    expect(got).toHaveLength(3);
    expect(queue.empty()).toBe(true);
  });
  row('takes every plain value, also those that count as false [QU-001, QU-022]', async () => {
    const ordered = [0, '', 0n, -1, 'text', 1n, [1, [2]]];
    for (const item of comparable
      ? ordered
      : [...ordered, false, null, undefined, Number.NaN, [1, { a: [2] }], { deep: { est: 'x' } }]) {
      const queue = create();
      await queue.put(item);
      expect(queue.qsize()).toBe(1);
      expect(await queue.get()).toEqual(item);
    }
  });
  if (identity) {
    row('gives the same object back within one thread [QU-022]', async () => {
      const queue = create();
      const item = ['own', 1];
      await queue.put(item);
      expect(await queue.get()).toBe(item);
    });
  }
  row(
    'does not give an item to a get whose signal has aborted, or whose timeout is refused [API-3, QU-013, QU-056]',
    async () => {
      const queue = create();
      await queue.put('kept');
      const reason = new Error('gone');
      expect(await failure(() => queue.get({ signal: AbortSignal.abort(reason) }))).toBe(reason);
      await failure(() => queue.get({ timeout: -1 }), 'RangeError');
      await failure(() => queue.get({ timeout: '1' as never }), 'TypeError');
      expect(queue.qsize()).toBe(1);
      expect(queue.getNowait()).toBe('kept');
    },
  );
  row('names its class and its size when it is printed [AS-087, API-7]', async () => {
    const queue = create();
    await queue.put(1);
    await queue.put(2);
    expect(inspect(queue)).toMatch(/Queue.*\b2\b/s);
  });
  if (setting.sync) {
    row('getSync means the same as get [API-2, QU-008, QU-009, QU-053]', async () => {
      const queue = create();
      await queue.put('item');
      expect(queue.getSync?.()).toBe('item');
      failureSync(() => queue.getSync?.({ timeout: 0 }), 'QueueEmptyError');
      await queue.put('another');
      expect(queue.getSync?.({ timeout: 1_000 })).toBe('another');
    });
  }
  const waiting = {
    verb: 'get',
    timesOut: 'QueueEmptyError',
    ids: {
      timeout: 'QU-009, MP-098',
      range: 'QU-013, QU-056',
      signal: 'AS-096',
      race: 'AS-093, QU-064',
      hammer: 'QU-060, QU-064, QU-065',
      order: 'QU-020',
    },
    begin: (): TokenScene => {
      const queue = create();
      return {
        wait: (limits) => queue.get(limits),
        waitSync: queue.getSync && ((limits) => queue.getSync?.(limits)),
        grant: () => {
          // An unbounded queue takes the item at the call.
          void capped(queue.put('item'), 'an unbounded queue takes an item');
        },
        take: () => {
          if (queue.empty()) return false;
          queue.getNowait();
          return true;
        },
      };
    },
  };
  waitingRows(row, setting, waiting);
  tokenRows(row, setting, waiting);
}
