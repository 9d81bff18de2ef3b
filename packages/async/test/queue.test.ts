import { inspect } from 'node:util';

import {
  CancelledError,
  PriorityQueue,
  Queue,
  QueueEmptyError,
  type Task,
  cancellable,
  createTask,
  gather,
  sleep,
  timeout,
} from '@weft/async';
import { capped } from '@weft/testkit';
import { describe, expect, it } from 'vitest';

import { inRun, thrownBy, turns } from './in-run.ts';

describe('Queue', () => {
  it(
    'names its size, its waiters and its end when it is printed [AS-087]',
    inRun(async () => {
      const queue = new Queue<number>(1);
      const getter = createTask(() => queue.get());
      await turns();
      expect(inspect(queue)).toBe('Queue { 0 of 1 items, 1 getting }');
      queue.putNowait(1);
      await getter;
      queue.putNowait(2);
      const putter = createTask(() => queue.put(3));
      await turns();
      expect(inspect(queue)).toBe('Queue { 1 of 1 items, 1 putting, 2 unfinished }');
      queue.shutdown({ immediate: true });
      await thrownBy(() => putter);
      expect(inspect(queue)).toBe('Queue { 0 of 1 items, 1 unfinished, shut down }');
    }),
  );

  it(
    'gives the item of a cancelled getter to the next one, whatever comes first in one turn [AS-093, AS-096]',
    inRun(async () => {
      for (const order of ['put', 'cancel']) {
        const queue = new Queue<string>();
        const [first, second] = [createTask(() => queue.get()), createTask(() => queue.get())];
        await turns();
        if (order === 'cancel') first.cancel();
        queue.putNowait('item');
        if (order === 'put') first.cancel();
        expect(await second).toBe('item');
        expect(await thrownBy(() => first)).toBeInstanceOf(CancelledError);
        expect(inspect(queue)).toBe('Queue { 0 items, 1 unfinished }');
      }
    }),
  );

  it(
    'goes on with the other putters when one in the middle is cancelled, before or after it was woken [AS-103, AS-106, AS-107]',
    inRun(async () => {
      for (const woken of [false, true]) {
        const queue = new Queue<string>(1);
        queue.putNowait('first');
        const [gone, stays] = [createTask(() => queue.put('gone')), createTask(() => queue.put('stays'))];
        await turns();
        if (woken) queue.getNowait();
        gone.cancel();
        if (!woken) queue.getNowait();
        await stays;
        expect(await thrownBy(() => gone)).toBeInstanceOf(CancelledError);
        expect(queue.getNowait()).toBe('stays');
      }
    }),
  );

  it('says in the error of a join what could not be done', async () => {
    const queue = new Queue<number>();
    queue.putNowait(1);
    expect(await thrownBy(() => queue.join({ timeout: 1 }))).toMatchObject({
      message: 'Cannot join a queue within 1 ms',
    });
  });

  it('is full at or above a fractional maxsize [AS-102]', () => {
    const queue = new Queue<number>(1.3);
    queue.putNowait(1);
    expect(queue.full()).toBe(false);
    queue.putNowait(2);
    expect(queue.full()).toBe(true);
  });

  it('ignores the timeout of a put that cannot wait, even a negative one [QU-014]', async () => {
    const queue = new Queue<number>();
    await queue.put(1, { timeout: -1 });
    expect(queue.qsize()).toBe(1);
    expect(await thrownBy(() => queue.put(2, { signal: AbortSignal.abort(new Error('gone')) }))).toMatchObject({
      message: 'gone',
    });
  });

  it('getNowait and tryAcquire take no timeout, so there is none to ignore [QU-015]', () => {
    expect([new Queue().getNowait.length, new Queue().putNowait.length]).toEqual([0, 1]);
  });

  it(
    'serves getters in arrival order also when somebody else is quicker than the one who was woken',
    inRun(async () => {
      const queue = new Queue<string>();
      const log: string[] = [];
      const get = (name: string): Task<void> =>
        createTask(async () => {
          log.push(`${name} ${await queue.get()}`);
        });
      const tasks = [get('a'), get('b')];
      await turns();
      queue.putNowait('1');
      expect(queue.getNowait()).toBe('1');
      queue.putNowait('2');
      queue.putNowait('3');
      const late = queue.get();
      queue.putNowait('4');
      await gather(tasks);
      expect(log).toEqual(['a 2', 'b 3']);
      expect(await late).toBe('4');
    }),
  );

  it(
    'gives the error of a subclass to the caller and stays usable [QU-050]',
    inRun(async () => {
      class Failing extends Queue<number> {
        failing = '';
        protected override _put(item: number): void {
          if (this.failing === 'put') throw new Error('no put');
          super._put(item);
        }
        protected override _get(): number {
          if (this.failing === 'get') throw new Error('no get');
          return super._get();
        }
      }
      for (let round = 0; round < 2; round += 1) {
        const queue = new Failing(1);
        queue.failing = 'put';
        expect(() => queue.putNowait(1)).toThrow('no put');
        expect(await thrownBy(() => queue.put(1))).toMatchObject({ message: 'no put' });
        queue.failing = '';
        await queue.put(1);
        const putter = createTask(() => queue.put(2));
        await turns();
        queue.failing = 'put';
        queue.getNowait();
        expect(await thrownBy(() => putter)).toMatchObject({ message: 'no put' });
        queue.failing = '';
        await queue.put(3);
        queue.failing = 'get';
        expect(() => queue.getNowait()).toThrow('no get');
        expect(await thrownBy(() => queue.get())).toMatchObject({ message: 'no get' });
        queue.failing = '';
        expect(await queue.get()).toBe(3);
        const getter = createTask(() => queue.get());
        await turns();
        queue.failing = 'get';
        queue.putNowait(4);
        expect(await thrownBy(() => getter)).toMatchObject({ message: 'no get' });
        queue.failing = '';
        expect(await queue.get()).toBe(4);
      }
    }),
  );

  it(
    'may be organised otherwise by a subclass [QU-051]',
    inRun(async () => {
      class Unique extends Queue<string> {
        declare private items: Set<string>;
        protected override _init(): void {
          this.items = new Set();
        }
        protected override _qsize(): number {
          return this.items.size;
        }
        protected override _put(item: string): void {
          this.items.add(item);
        }
        protected override _get(): string {
          const [first] = this.items as unknown as [string];
          this.items.delete(first);
          return first;
        }
      }
      const queue = new Unique();
      const getter = createTask(() => queue.get());
      await turns();
      for (const item of ['a', 'b', 'b']) queue.putNowait(item);
      expect(await getter).toBe('a');
      expect([queue.qsize(), await queue.get()]).toEqual([1, 'b']);
    }),
  );

  it('keeps nothing of an item that was taken [QU-061]', async () => {
    const queue = new Queue<object>();
    const item = new WeakRef(
      (() => {
        const made = {};
        queue.putNowait(made);
        return made;
      })(),
    );
    queue.getNowait();
    for (let round = 0; round < 50 && item.deref(); round += 1) {
      await sleep(1);
      globalThis.gc?.();
    }
    expect(item.deref()).toBe(undefined);
  });

  it('may be put into from within its own hooks [QU-062]', async () => {
    class Echo extends Queue<number> {
      protected override _put(item: number): void {
        super._put(item);
        if (item > 0) this.putNowait(item - 1);
      }
    }
    const queue = new Echo();
    queue.putNowait(2);
    expect([queue.qsize(), queue.getNowait(), queue.unfinishedTasks]).toEqual([3, 2, 3]);
  });

  it('keeps several who were woken in vain in the order of their arrival', async () => {
    const queue = new Queue<number>();
    const got: string[] = [];
    const getting = ['a', 'b', 'c', 'd'].map(async (name) => got.push(`${name}${await queue.get()}`));
    for (const item of [1, 2, 3]) queue.putNowait(item);
    for (let quicker = 0; quicker < 3; quicker += 1) queue.getNowait();
    await sleep(0);
    for (const item of [1, 2, 3, 4]) queue.putNowait(item);
    await capped(Promise.all(getting), 'all have an item');
    expect(got).toEqual(['a1', 'b2', 'c3', 'd4']);

    const full = new Queue<string>(2);
    for (const item of ['0', '0']) full.putNowait(item);
    const putting = ['a', 'b', 'c'].map((name) => full.put(name));
    for (const item of ['1', '2']) full.putNowait((full.getNowait(), item));
    await sleep(0);
    const items = [];
    for (let left = 5; left > 0; left -= 1) items.push(await capped(full.get(), 'there is an item'));
    await capped(Promise.all(putting), 'all have put their item');
    expect(items).toEqual(['1', '2', 'a', 'b', 'c']);
  });

  it(
    'ends a wait whose time runs out when it was woken, if that was for nothing',
    inRun(async () => {
      const queue = new Queue<string>();
      const stolen: string[] = [];
      // The time of both runs out in one go, and before the getter has had its turn somebody else is quicker.
      const task = createTask(() =>
        timeout(1, () =>
          cancellable((signal) => {
            const end = Promise.withResolvers<void>();
            signal.addEventListener('abort', () => {
              queueMicrotask(() => stolen.push(queue.getNowait()));
              queue.putNowait('item');
              end.resolve();
            });
            return end.promise;
          }),
        ),
      );
      await turns(1);
      const getting = queue.get({ timeout: 5 });
      const begin = performance.now();
      while (performance.now() - begin < 20);
      expect(await thrownBy(() => capped(getting, 'the wait has ended'))).toBeInstanceOf(QueueEmptyError);
      expect(stolen).toEqual(['item']);
      await thrownBy(() => task);
    }),
  );
});

describe('PriorityQueue', () => {
  it('orders by a compare function, which may keep the order of arrival [AS-109, QU-018, QU-019]', () => {
    interface Job {
      priority: number;
      order: number;
    }
    const queue = new PriorityQueue<Job>(0, { compare: (a, b) => a.priority - b.priority || a.order - b.order });
    for (const [order, priority] of [2, 1, 2, 1].entries()) queue.putNowait({ priority, order });
    expect(Array.from({ length: 4 }, () => queue.getNowait().order)).toEqual([1, 3, 0, 2]);
  });

  it('refuses items that have no order, at the put, and keeps the others [QU-018]', () => {
    const queue = new PriorityQueue<unknown>();
    queue.putNowait([1, {}]);
    expect(() => queue.putNowait([1, {}])).toThrow(TypeError);
    expect(() => queue.putNowait('text')).toThrow(TypeError);
    queue.putNowait([2, {}]);
    expect([queue.qsize(), queue.unfinishedTasks]).toEqual([2, 2]);
    const dates = new PriorityQueue<Date>();
    for (const time of [2, 1]) dates.putNowait(new Date(time));
    expect(dates.getNowait().getTime()).toBe(1);
  });
});
