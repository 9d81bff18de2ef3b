import { CancelledError } from '@weft/core';
import { asyncio, multiprocessing } from '@weft/combined';
import { describe, expect, it } from 'vitest';

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
