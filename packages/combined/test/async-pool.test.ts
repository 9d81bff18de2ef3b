import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { BrokenExecutorError, TargetError } from '@weft/core';
import { AsyncPool, asyncio } from '@weft/combined';
import {
  add,
  currentLanguage,
  dieIf,
  dieOnce,
  echo,
  exitIf,
  fail,
  language,
  languageThroughout,
  overlap,
  pid,
  sleepLong,
  spinForEver,
  square,
  squareLater,
} from './fixtures/work.ts';
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

  it('takes the context variables along, also those of a module that the worker has not loaded yet', async () => {
    await using pool = new AsyncPool({ workers: 1, kind });
    await asyncio.run(async () => {
      language.set('Weft');
      expect(await pool.apply(currentLanguage)).toBe('Weft');
      expect(await pool.map(currentLanguage, [undefined])).toEqual(['Weft']);
      expect(await pool.apply(languageThroughout)).toEqual(['Weft', 'Weft', 'Weft']);
    });
    expect(await pool.apply(currentLanguage)).toBe('none');
  });

  it('names the place of an argument that cannot cross', async () => {
    await using pool = new AsyncPool({ workers: 1, kind });
    const unsendable = { handlers: [() => 1] };
    await expect(pool.apply(echo, unsendable)).rejects.toThrow(/Cannot send args\[0\]\.handlers\[0\]:/);
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
    await using pool = new AsyncPool({ workers: 1, concurrency: 4, graceTime: 60_000, kind });
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

  it('ends a worker that does not heed cancelling, and runs its other tasks again if they may be', async () => {
    await using pool = new AsyncPool({ workers: 1, concurrency: 4, graceTime: 50, retries: 1, kind });
    await asyncio.run(async () => {
      const task = asyncio.createTask(() => pool.apply(spinForEver));
      await asyncio.sleep(50);
      task.cancel();
      await asyncio.wait([task]);
      expect(task.cancelled()).toBe(true);
      expect(await pool.apply(square, 3)).toBe(9);
    });
  });

  it('passes on what the source throws, and refuses what is none', async () => {
    await using pool = new AsyncPool({ workers: 1, kind });
    function* broken(): Generator<number> {
      yield 1;
      throw new RangeError('no more');
    }
    const results: number[] = [];
    const running = async (): Promise<void> => {
      for await (const result of pool.map(square, broken())) results.push(result);
    };
    await expect(running()).rejects.toThrow('no more');
    expect(results).toEqual([1]);
    expect(() => pool.map(square, 5 as never)).toThrow('Cannot map over 5: it is not iterable');
  });

  it('fails only the tasks of a worker that dies', async () => {
    await using pool = new AsyncPool({ workers: 2, concurrency: 1, kind });
    const calls = [1, 2, 3, 4, 5, 6].map((x) => pool.apply(exitIf, x, 3));
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'died'))).toEqual([
      1,
      2,
      'died',
      4,
      5,
      6,
    ]);
  });

  it('refuses what is no function that can be found at the call of map and starmap', async () => {
    await using pool = new AsyncPool({ workers: 1, kind });
    expect(() => pool.map(() => 1, [1])).toThrow(TargetError);
    expect(() => pool.starmap(() => 1, [[]])).toThrow(TargetError);
    expect(() => pool.map(5 as never, [1])).toThrow(TypeError);
  });

  it('shows how far its results are', async () => {
    await using pool = new AsyncPool({ workers: 1, kind });
    const results = pool.map(square, [1, 2]);
    expect(inspect(results)).toBe('PoolResult { not awaited }');
    const collected = results.then((all) => all);
    expect(inspect(results)).toBe('PoolResult { collecting, 0 results }');
    await collected;
    expect(inspect(results)).toBe('PoolResult { ended, 2 results }');
  });

  it('shows what it does, and that it was shut down', async () => {
    const pool = new AsyncPool({ workers: 1, kind });
    expect(inspect(pool)).toBe(`AsyncPool { ${kind}, 0 workers, 0 busy, 0 queued }`);
    await pool.shutdown();
    expect(inspect(pool)).toBe(`AsyncPool { ${kind}, 0 workers, 0 busy, 0 queued, shut down }`);
  });

  it('refuses bad numbers and an unknown kind', () => {
    expect(() => new AsyncPool({ kind: 'fibre' as never })).toThrow(RangeError);
    expect(() => new AsyncPool({ kind, concurrency: 0 })).toThrow(RangeError);
    expect(() => new AsyncPool({ kind, retries: -1 })).toThrow(RangeError);
    expect(() => new AsyncPool({ kind, graceTime: -1 })).toThrow(RangeError);
    expect(() => new AsyncPool({ kind, workers: 0 })).toThrow('Cannot use workers = 0');
    expect(() => new AsyncPool({ kind, maxTasksPerWorker: 0.5 })).toThrow('Cannot use maxTasksPerWorker = 0.5');
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
