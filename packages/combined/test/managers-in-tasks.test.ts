import { CancelledError, TimeoutError } from '@weft/core';
import { asyncio, multiprocessing } from '@weft/combined';
import { describe, expect, it } from 'vitest';
import { Stuck } from './fixtures/stuck.ts';

describe('a manager that tasks share', () => {
  it('goes on when the task is cancelled whose call came first', async () => {
    await using manager = new multiprocessing.Manager();
    const queue = await manager.Queue<string>();
    await asyncio.run(async () => {
      const first = asyncio.createTask(() => queue.get());
      await asyncio.sleep(0);
      const second = asyncio.createTask(() => queue.get());
      // Its answer comes after the server has taken both calls.
      expect(await queue.qsize()).toBe(0);
      first.cancel();
      await expect(first).rejects.toBeInstanceOf(CancelledError);
      await queue.put('item');
      expect(await second).toBe('item');
    });
  });

  it('loses no item that comes while the task is cancelled that waits for it', async () => {
    await using manager = new multiprocessing.Manager();
    const queue = await manager.Queue<number>();
    const got: number[] = [];
    await asyncio.run(async () => {
      for (let item = 0; item < 300; item += 1) {
        const waiting = asyncio.createTask(async () => {
          got.push(await queue.get());
        });
        await queue.qsize();
        const put = queue.put(item);
        // The item is at one place or another of its way when the cancellation comes.
        for (let turn = 0; turn < item % 4; turn += 1) await new Promise(setImmediate);
        waiting.cancel();
        await asyncio.wait([waiting]);
        await put;
      }
    });
    while (!(await queue.empty())) got.push(await queue.getNowait());
    expect(got.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, item) => item));
  });

  it('ends its waits with the tasks that wait', async () => {
    await using manager = new multiprocessing.Manager();
    const [queue, event, lock, semaphore] = await Promise.all([
      manager.JoinableQueue<number>(1),
      manager.Event(),
      manager.Lock(),
      manager.Semaphore(1),
    ]);
    const condition = await manager.Condition();
    const barrier = await manager.Barrier(2);
    await queue.put(1);
    const guards = [await lock.acquire(), await semaphore.acquire()];
    await condition.acquire();
    await asyncio.run(async () => {
      for (const wait of [
        () => queue.put(2),
        () => queue.join(),
        () => event.wait(),
        () => lock.acquire(),
        () => semaphore.acquire(),
        () => condition.wait(),
        () => barrier.wait(),
      ])
        await expect(asyncio.timeout(10, async () => void (await wait()))).rejects.toBeInstanceOf(TimeoutError);
    });
    await condition.release();
    for (const guard of guards) guard[Symbol.dispose]();
    expect([await lock.locked(), await semaphore.getValue(), await queue.qsize()]).toEqual([false, 1, 1]);
  });

  it('ends a loop over an iterator of its server with the task, also while that waits', async () => {
    await using manager = new multiprocessing.Manager();
    const stuck = await manager.create(Stuck, []);
    await asyncio.run(async () => {
      const seen: number[] = [];
      const reading = asyncio.createTask(async () => {
        for await (const item of await stuck.items()) seen.push(item);
      });
      while (seen.length === 0) await asyncio.sleep(0);
      reading.cancel();
      await expect(asyncio.waitFor(reading, 10_000)).rejects.toBeInstanceOf(CancelledError);
    });
  });

  it('holds no program by a call that goes on for nobody', async () => {
    await using manager = new multiprocessing.Manager({ address: ['127.0.0.1', 0] });
    const stuck = await manager.create(Stuck, []);
    const holds = (): boolean => process.getActiveResourcesInfo().includes('TCPSocketWrap');
    await asyncio.run(async () => {
      const waiting = asyncio.createTask(() => stuck.wait());
      await asyncio.sleep(0);
      expect(await manager.numberOfObjects()).toBe(1);
      expect(holds()).toBe(true);
      waiting.cancel();
      await expect(waiting).rejects.toBeInstanceOf(CancelledError);
      while (holds()) await asyncio.sleep(1);
    });
    expect(await manager.numberOfObjects()).toBe(1);
  });

  it('starts all the same when the task is cancelled that has it started', async () => {
    await using manager = new multiprocessing.Manager();
    await asyncio.run(async () => {
      const first = asyncio.createTask(() => manager.list([1]));
      await asyncio.sleep(0);
      first.cancel();
      await expect(first).rejects.toBeInstanceOf(CancelledError);
    });
    const list = await manager.list([1, 2]);
    expect(await list.size()).toBe(2);
  });
});
