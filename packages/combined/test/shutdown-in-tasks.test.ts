import { CancelledError, TimeoutError } from '@weft/core';
import { asyncio, futures, multiprocessing } from '@weft/combined';
import { describe, expect, it } from 'vitest';
import { waitForEver } from './fixtures/stuck.ts';

describe('the end of a pool', () => {
  it('is waited for no longer than the task may', async () => {
    await using executor = new futures.ProcessPoolExecutor({ maxWorkers: 1 });
    const future = executor.submit(waitForEver);
    await asyncio.run(async () => {
      await expect(asyncio.timeout(10, () => executor.shutdown())).rejects.toBeInstanceOf(TimeoutError);
    });
    expect(future.done()).toBe(false);
    executor.killWorkers();
  });

  it('is waited for by others when one task that waits is cancelled', async () => {
    using pool = new multiprocessing.Pool(1);
    void pool.applyAsync(waitForEver);
    pool.close();
    const joined = pool.join();
    await asyncio.run(async () => {
      const joining = asyncio.createTask(() => pool.join());
      await asyncio.sleep(0);
      joining.cancel();
      await expect(joining).rejects.toBeInstanceOf(CancelledError);
    });
    pool.terminate();
    await joined;
  });
});
