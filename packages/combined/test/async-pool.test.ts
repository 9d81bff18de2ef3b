import { describe, expect, it } from 'vitest';
import { BrokenExecutorError } from '@weft/core';
import { AsyncPool, asyncio } from '@weft/combined';
import { add, dieIf, dieOnce, fail, overlap, pid, sleepLong, square, squareLater } from './fixtures/work.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

describe.each(['process', 'thread'] as const)('an AsyncPool of kind %s', (kind) => {
  it('calls functions, one, each and with several arguments', async () => {
    await using pool = new AsyncPool({ workers: 2, kind });
    expect(await pool.apply(squareLater, 5)).toBe(25);
    expect(await pool.map(square, [1, 2, 3])).toEqual([1, 4, 9]);
    expect(
      await pool.starmap(add, [
        [1, 2],
        [3, 4],
      ]),
    ).toEqual([3, 7]);
    await expect(pool.apply(fail, 1)).rejects.toThrow(new RangeError('no 1'));
  });

  it('runs many tasks at once in each worker', async () => {
    await using pool = new AsyncPool({ workers: 1, concurrency: 8, kind });
    const most = await pool.map(overlap, Array.from({ length: 16 }) as []);
    expect(Math.max(...most)).toBe(8);
  });

  it('takes no more from an endless source than its buffer holds', async () => {
    await using pool = new AsyncPool({ workers: 1, concurrency: 2, buffersize: 4, kind });
    let taken = 0;
    async function* endless(): AsyncGenerator<number> {
      for (;;) yield taken++;
    }
    const results: number[] = [];
    for await (const result of pool.map(squareLater, endless())) {
      results.push(result);
      if (results.length === 5) break;
    }
    expect(results).toEqual([0, 1, 4, 9, 16]);
    expect(taken).toBeLessThanOrEqual(5 + 4 + 1);
  });

  it('cancels one call and leaves its worker to the others', async () => {
    await using pool = new AsyncPool({ workers: 1, concurrency: 4, kind });
    await asyncio.run(async () => {
      const worker = kind === 'process' ? await pool.apply(pid) : 0;
      const task = asyncio.createTask(() => pool.apply(sleepLong));
      const others = asyncio.createTask(() => pool.map(overlap, Array.from({ length: 3 }) as []));
      await asyncio.sleep(10);
      task.cancel();
      await asyncio.wait([task]);
      expect(task.cancelled()).toBe(true);
      expect((await others).length).toBe(3);
      if (kind === 'process') expect(await pool.apply(pid)).toBe(worker);
    });
  });

  it('refuses bad numbers and an unknown kind', () => {
    expect(() => new AsyncPool({ kind: 'fibre' as never })).toThrow(RangeError);
    expect(() => new AsyncPool({ kind, concurrency: 0 })).toThrow(RangeError);
    expect(() => new AsyncPool({ kind, retries: -1 })).toThrow(RangeError);
  });
});

describe('a process that is killed', () => {
  it('fails only what it ran, and is replaced', async () => {
    await using pool = new AsyncPool({ workers: 1, concurrency: 1 });
    await expect(pool.apply(dieIf, 1, 1)).rejects.toThrow(BrokenExecutorError);
    expect(await pool.apply(dieIf, 2, 1)).toBe(2);
  });

  it('has its tasks run again if they may be', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'weft-retry-'));
    await using pool = new AsyncPool({ workers: 1, concurrency: 1, retries: 1 });
    expect(await pool.apply(dieOnce, join(folder, 'died'))).toBe('survived');
    await rm(folder, { recursive: true });
  });

  it('is replaced after so many tasks', async () => {
    await using pool = new AsyncPool({ workers: 1, concurrency: 1, maxTasksPerWorker: 2 });
    const pids = [];
    for (let i = 0; i < 4; i += 1) pids.push(await pool.apply(pid));
    expect(new Set(pids).size).toBe(2);
  });
});
