import { flush } from '@weft/testkit';
import { expect } from 'vitest';
import { failure, failureSync } from './failure.ts';
import type { QueueLike, QueueSuiteOptions } from './queue.ts';
import type { Define, Setting } from './suite.ts';

/** Adds the rows about `taskDone` and `join`. */
export function joinRows(row: Define, { create }: QueueSuiteOptions, setting: Setting): void {
  row('refuses taskDone more often than put [QU-025, QU-028, AS-111, MP-102]', async () => {
    const queue = create();
    failureSync(() => queue.taskDone?.(), 'RangeError');
    await queue.put('item');
    await queue.get();
    queue.taskDone?.();
    failureSync(() => queue.taskDone?.(), 'RangeError');
    expect(queue.unfinishedTasks).toBe(0);
  });
  row('joins at once when nothing is unfinished, as often as one likes [QU-027, QU-029]', async () => {
    const queue = create();
    await queue.join?.();
    await queue.put(1);
    await queue.get();
    queue.taskDone?.();
    await queue.join?.();
    await queue.join?.();
    if (setting.sync) queue.joinSync?.();
  });
  row('joins when each item is done, and not before; a get alone is not enough [QU-032, QU-027, MP-101]', async () => {
    const queue = create();
    for (const item of [1, 2]) await queue.put(item);
    expect(queue.unfinishedTasks).toBe(2);
    let joined = false;
    const joining = Promise.resolve(queue.join?.()).then(() => {
      joined = true;
    });
    await queue.get();
    await queue.get();
    await flush();
    expect(joined).toBe(false);
    queue.taskDone?.();
    await flush();
    expect(joined).toBe(false);
    expect(queue.unfinishedTasks).toBe(1);
    queue.taskDone?.();
    await joining;
    expect(joined).toBe(true);
  });
  row('releases all joiners together [QU-030]', async () => {
    const queue = create();
    await queue.put(1);
    const joins = [0, 1, 2].map(() => setting.start(async () => queue.join?.()));
    await flush();
    await queue.get();
    queue.taskDone?.();
    await Promise.all(joins);
  });
  row('lets a join be left by its signal [API-3]', async () => {
    const queue = create();
    await queue.put(1);
    const controller = new AbortController();
    const reason = new Error('left');
    const left = failure(async () => queue.join?.({ signal: controller.signal }));
    const stays = queue.join?.();
    await flush();
    controller.abort(reason);
    expect(await left).toBe(reason);
    queue.taskDone?.();
    await stays;
  });
  row('joins consumers that work side by side [QU-027, MP-101]', async () => {
    const queue: QueueLike = create();
    let sum = 0;
    const workers = [0, 1].map(() =>
      setting.start(async () => {
        for (;;) {
          const item = (await queue.get()) as number;
          sum += item;
          queue.taskDone?.();
          if (item < 0) return;
        }
      }),
    );
    for (let item = 0; item < 100; item += 1) await queue.put(item);
    await queue.join?.();
    expect(sum).toBe(4950);
    for (const _ of workers) await queue.put(-1);
    await queue.join?.();
    await Promise.all(workers);
  });
}
