import { executorConformance } from '@weft/conformance';
import { capped, deferred } from '@weft/testkit';
import { availableParallelism } from 'node:os';
import {
  BrokenThreadPoolError,
  Event,
  type ExceptHookArgs,
  Lock,
  SystemExit,
  ThreadPoolExecutor,
  enumerate,
  isMain,
  setExcepthook,
  transfer,
  wait,
} from '@weft/threading';
import * as threading from '@weft/threading';
import { describe, expect, it } from 'vitest';
import * as tasks from './fixtures/pool-tasks.ts';

executorConformance('ThreadPoolExecutor', { create: (options) => new ThreadPoolExecutor(options as never) });

async function withPool<T>(
  options: ConstructorParameters<typeof ThreadPoolExecutor>[0],
  body: (pool: ThreadPoolExecutor) => Promise<T>,
): Promise<T> {
  const pool = new ThreadPoolExecutor(options);
  try {
    return await body(pool);
  } finally {
    await pool.shutdown({ cancelFutures: true });
  }
}

describe('ThreadPoolExecutor', () => {
  it('has min(32, cpus + 4) workers at most by default [FU-021]', async () => {
    const most = Math.min(32, availableParallelism() + 4);
    await withPool({}, async (pool) => {
      const open = new Event();
      const futures = Array.from({ length: most * 2 }, () => pool.submit(tasks.hold, new Event(), open));
      await expect.poll(() => pool.stats().busy, { timeout: 20_000 }).toBe(most);
      expect(pool.stats()).toMatchObject({ workers: most, queued: most });
      open.set();
      expect(new Set(await Promise.all(futures)).size).toBeLessThanOrEqual(most);
    });
  });

  it('names its threads after the prefix, or after itself [FU-074]', async () => {
    await withPool({ maxWorkers: 1, threadNamePrefix: 'SpecialPool' }, async (pool) => {
      expect(await pool.submit(tasks.threadName)).toBe('SpecialPool_0');
      expect(enumerate().map((thread) => thread.name)).toContain('SpecialPool_0');
    });
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(await pool.submit(tasks.threadName)).toMatch(/^ThreadPoolExecutor-\d+_0$/);
    });
  });

  it('ends its threads when it is shut down [FU-073]', async () => {
    const pool = new ThreadPoolExecutor({ maxWorkers: 3, threadNamePrefix: 'Ending' });
    const open = new Event();
    const futures = [1, 2, 3].map(() => pool.submit(tasks.hold, new Event(), open));
    await expect.poll(() => pool.stats().busy, { timeout: 20_000 }).toBe(3);
    open.set();
    await pool.shutdown();
    expect(futures.every((future) => future.done())).toBe(true);
    expect(enumerate().filter((thread) => thread.name.startsWith('Ending'))).toEqual([]);
  });

  it('passes the number of arguments on', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(await pool.submit(tasks.argumentCount)).toBe(0);
      expect(await pool.submit(tasks.argumentCount, undefined)).toBe(1);
      expect(await pool.submit(tasks.argumentCount, [1, 2])).toBe(1);
      expect(await pool.submit(tasks.argumentCount, 1, undefined, null)).toBe(3);
    });
  });

  it('brings texts and bytes of every size there and back unharmed', async () => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      const texts = [
        '',
        'a',
        'ä',
        '€',
        'é€',
        '\ud800',
        'x'.repeat(33),
        'ä'.repeat(49),
        '€'.repeat(3000),
        '𝄞'.repeat(20),
        'y'.repeat(3_000_000),
        '€'.repeat(1_500_000),
      ];
      const echoed = await Promise.all(texts.map((text) => pool.submit(tasks.echo, text)));
      expect(echoed.every((text, i) => text === texts[i])).toBe(true);
      for (const length of [0, 1, 40, 5000, 32_767, 32_768, 3_000_000]) {
        expect(await pool.submit(tasks.echo, new Uint8Array(length).fill(9))).toEqual(new Uint8Array(length).fill(9));
        expect(await pool.submit(tasks.fill, length)).toEqual(new Uint8Array(length).fill(7));
      }
      const floats = Float64Array.from({ length: 100 }, (_, i) => i / 3);
      expect(await pool.submit(tasks.echo, floats)).toEqual(floats);
      expect(await pool.submit(tasks.echo, { text: 'é€'.repeat(100), lone: '\udfff', nested: [[{}]] })).toEqual({
        text: 'é€'.repeat(100),
        lone: '\udfff',
        nested: [[{}]],
      });
    });
  });

  it('brings views of one buffer there as that', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      for (const size of [16, 2 ** 20]) {
        const buffer = new ArrayBuffer(size);
        const views = { first: new Float64Array(buffer), second: new DataView(buffer) };
        expect(await pool.submit(tasks.lie, views)).toEqual([true, 0, 0, size]);
        const parts = { first: new Uint8Array(buffer, 3, 4), second: new Uint8Array(buffer, 8, 2) };
        expect(await pool.submit(tasks.lie, parts)).toEqual([false, 0, 0, 4]);
      }
    });
  });

  it('sees arguments as they were at the call, though the task starts later', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const open = new Event();
      const first = pool.submit(tasks.hold, new Event(), open);
      const list = [1, { x: 1 }];
      const map = new Map([['a', 1]]);
      const later = [pool.submit(tasks.echo, list), pool.submit(tasks.echo, map)];
      list.push(3);
      map.clear();
      open.set();
      await first;
      expect(await Promise.all(later)).toEqual([[1, { x: 1 }], new Map([['a', 1]])]);
    });
  });

  it('moves what is transferred, at the call and on the way back [API-6]', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const bytes = new Uint8Array(100_000).fill(3);
      const moved = pool.submit(tasks.moveBack, transfer(bytes, [bytes.buffer]));
      expect(bytes.length).toBe(0);
      expect(await moved).toEqual(new Uint8Array(100_000).fill(3));
      const more = new Uint8Array(1000);
      expect(await pool.with({ transfer: [more.buffer] }).submit(tasks.lengthOf, more)).toBe(1000);
      expect(more.length).toBe(0);
    });
  });

  it('takes the primitives of threading as arguments', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const event = new Event();
      expect(await pool.submit(tasks.isSet, event)).toBe(false);
      await pool.submit(tasks.setEvent, event);
      expect(event.isSet()).toBe(true);
      const lock = new Lock();
      const guard = await lock.acquire();
      expect(await pool.submit(tasks.takeLock, lock)).toBe(true);
      guard[Symbol.dispose]();
    });
  });

  it('gives errors of exported classes as such', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const error = await pool.submit(tasks.failOwn, 5).exception();
      expect(error).toBeInstanceOf(tasks.OwnError);
      expect(error).toMatchObject({ message: 'mine', detail: 5 });
    });
  });

  it('keeps the worker of a task that throws SystemExit [FU-078]', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const before = await pool.submit(tasks.where);
      expect(await pool.submit(tasks.signOff, 3).exception()).toBeInstanceOf(SystemExit);
      expect(await pool.submit(tasks.where)).toBe(before);
    });
  });

  it('fails the task that ends or exhausts its worker, and nothing else [FU-079, FU-122]', async () => {
    await withPool({ maxWorkers: 1, resourceLimits: { maxOldGenerationSizeMb: 24 } }, async (pool) => {
      const left = pool.submit(tasks.leave, 3);
      const kept = pool.submit(tasks.inc, 1);
      expect(await left.exception()).toMatchObject({
        name: 'BrokenThreadPoolError',
        message: expect.stringContaining('exited with code 3'),
      });
      expect(await kept).toBe(2);
      const error = await pool.submit(tasks.exhaust).exception();
      expect(error).toBeInstanceOf(BrokenThreadPoolError);
      expect((error as Error).cause).toMatchObject({ code: 'ERR_WORKER_OUT_OF_MEMORY' });
      expect(await pool.submit(tasks.inc, 2)).toBe(3);
    });
  });

  it('survives errors that belong to no task, and tells the excepthook of them [FU-043]', async () => {
    const told = deferred<ExceptHookArgs>();
    setExcepthook(told.resolve);
    await withPool({ maxWorkers: 1, threadNamePrefix: 'lonely' }, async (pool) => {
      const before = await pool.submit(tasks.where);
      expect(await pool.submit(tasks.failLater)).toBe('begun');
      const { excValue, thread } = await capped(told.promise, 'the error to be told', 20_000);
      expect([(excValue as Error).message, thread?.name]).toEqual(['nobody awaits me', 'lonely_0']);
      expect(await pool.submit(tasks.where)).not.toBe(before);
    }).finally(() => setExcepthook());
  });

  it('fails or breaks nothing but the task whose arguments cannot be decoded [FU-121, FU-139]', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(await pool.submit(tasks.echo, new tasks.Treacherous('throw')).exception()).toMatchObject({
        name: 'TransferError',
        cause: { message: 'cannot decode' },
      });
      expect(await pool.submit(tasks.inc, 1)).toBe(2);
      expect(await pool.submit(tasks.echo, new tasks.Treacherous('exit')).exception()).toBeInstanceOf(
        BrokenThreadPoolError,
      );
      expect(await pool.submit(tasks.inc, 2)).toBe(3);
    });
  });

  it('fails or breaks nothing but the task whose result cannot be encoded [FU-125, FU-126]', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const before = await pool.submit(tasks.where);
      expect(await pool.submit(tasks.giveSpite, 'throw').exception()).toBeInstanceOf(Error);
      expect(await pool.submit(tasks.where)).toBe(before);
      expect(await pool.submit(tasks.giveSpite, 'exit').exception()).toBeInstanceOf(BrokenThreadPoolError);
      expect(await pool.submit(tasks.inc, 2)).toBe(3);
    });
  });

  it('has one TimeoutError and one CancelledError with all of Weft [FU-042]', async () => {
    const core = await import('@weft/core');
    expect([threading.TimeoutError, threading.CancelledError]).toEqual([core.TimeoutError, core.CancelledError]);
  });

  it('runs an asynchronous initializer, and refuses a closure as one [FU-133, FU-135]', async () => {
    await withPool({ maxWorkers: 2, initializer: tasks.prepare, initargs: [1, { two: 2 }] }, async (pool) => {
      expect(await pool.submit(tasks.preparedWith)).toEqual([1, { two: 2 }]);
    });
    const captured = Math.random();
    expect(() => new ThreadPoolExecutor({ initializer: () => captured })).toThrow(/closure|export/);
  });

  it('replaces workers after so many tasks, also while it shuts down [FU-102, FU-105, FU-106]', async () => {
    for (const [maxWorkers, maxTasksPerWorker, count] of [
      [1, 2, 6],
      [2, 2, 8],
      [3, 1, 6],
    ] as const) {
      const pool = new ThreadPoolExecutor({ maxWorkers, maxTasksPerWorker });
      const futures = Array.from({ length: count }, () => pool.submit(tasks.where));
      await pool.shutdown();
      const counts = new Map<number, number>();
      for (const id of await Promise.all(futures)) counts.set(id, (counts.get(id) ?? 0) + 1);
      for (const each of counts.values()) expect(each).toBeLessThanOrEqual(maxTasksPerWorker);
    }
    expect(() => new ThreadPoolExecutor({ maxTasksPerWorker: 0 })).toThrow(RangeError);
    expect(() => new ThreadPoolExecutor({ maxTasksPerWorker: 'a' as never })).toThrow(TypeError);
  });

  it('replaces workers that hold too much memory', async () => {
    await withPool({ maxWorkers: 1, maxMemoryPerWorker: 60 * 2 ** 20 }, async (pool) => {
      const first = await pool.submit(tasks.keep, 70);
      await expect.poll(() => pool.submit(tasks.where), { interval: 60, timeout: 20_000 }).not.toBe(first);
    });
  });

  it('ends idle workers after a while, and starts others when there is work again', async () => {
    await withPool({ maxWorkers: 1, idleTimeout: 10 }, async (pool) => {
      const first = await pool.submit(tasks.where);
      await expect.poll(() => pool.stats().workers, { timeout: 20_000 }).toBe(0);
      expect(await pool.submit(tasks.where)).not.toBe(first);
    });
  });

  it('runs as many asynchronous tasks in one worker as it is told', async () => {
    await withPool({ maxWorkers: 1, concurrency: 5 }, async (pool) => {
      const open = new Event();
      const futures = Array.from({ length: 6 }, () => pool.submit(tasks.holdAsync, new Event(), open));
      await expect.poll(() => futures.filter((future) => future.running()).length, { timeout: 20_000 }).toBe(5);
      expect(pool.stats()).toMatchObject({ workers: 1, busy: 1, queued: 1 });
      open.set();
      expect(new Set(await Promise.all(futures)).size).toBe(1);
    });
  });

  it('takes care of what tasks leave behind in the event loop of their worker', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const event = new Event();
      await pool.submit(tasks.setLater, event);
      expect(await event.wait({ timeout: 10_000 })).toBe(true);
    });
  });

  it('lets no task wait behind a long one while there are idle workers', async () => {
    await withPool({ maxWorkers: 4 }, async (pool) => {
      await Promise.all(Array.from({ length: 2000 }, (_, i) => pool.submit(tasks.inc, i)));
      for (let round = 0; round < 20; round += 1) {
        const open = new Event();
        const held = [1, 2, 3].map(() => pool.submit(tasks.hold, new Event(), open));
        expect(await pool.submit(tasks.inc, round)).toBe(round + 1);
        await expect.poll(() => held.every((future) => future.running()), { timeout: 20_000 }).toBe(true);
        open.set();
        await Promise.all(held);
      }
    });
  });

  it('is told what it may not be', () => {
    expect(() => new ThreadPoolExecutor({ maxWorkers: 1000 })).toThrow(RangeError);
    expect(() => new ThreadPoolExecutor({ threadNamePrefix: 1 as never })).toThrow(TypeError);
    expect(() => new ThreadPoolExecutor({ idleTimeout: -1 })).toThrow(RangeError);
    expect(() => new ThreadPoolExecutor({ concurrency: 0 })).toThrow(RangeError);
    expect(() => new ThreadPoolExecutor({ concurrency: 2 ** 40 })).toThrow(/^Cannot use concurrency = /);
    expect(() => new ThreadPoolExecutor({ maxMemoryPerWorker: 0 })).toThrow(RangeError);
    expect(() => new ThreadPoolExecutor({ resourceLimits: 5 as never })).toThrow(TypeError);
    expect(() => new ThreadPoolExecutor().with({ priority: Number.NaN })).toThrow(RangeError);
    const { port1 } = new MessageChannel();
    const initargs = [1, transfer(port1, [port1])];
    expect(() => new ThreadPoolExecutor({ initializer: tasks.prepare, initargs })).toThrow(
      /initargs\[1\].*one worker only/,
    );
    port1.close();
    expect(() => new ThreadPoolExecutor().submit(undefined as never, 3 as never)).toThrow(TypeError);
    expect(isMain(import.meta)).toBe(false);
  });

  it('finishes a hundred futures together without hanging those who wait [FU-063]', async () => {
    await withPool({ maxWorkers: 3 }, async (pool) => {
      for (let round = 0; round < 20; round += 1) {
        const futures = Array.from({ length: 100 }, (_, i) => pool.submit(tasks.inc, i));
        const { done, notDone } = await wait(futures);
        expect([done.size, notDone.size]).toEqual([100, 0]);
      }
    });
  });
});
