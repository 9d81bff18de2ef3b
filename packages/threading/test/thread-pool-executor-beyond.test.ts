import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import {
  BrokenThreadPoolError,
  Event,
  InvalidStateError,
  QueueFullError,
  ThreadPoolExecutor,
  TimeoutError,
  reportProgress,
  taskSignal,
  transfer,
} from '@weft/threading';
import { describe, expect, it } from 'vitest';
import * as tasks from './fixtures/pool-tasks.ts';

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

describe('ThreadPoolExecutor, beyond Python', () => {
  it('shares shared memory, and views of it, in arguments and results', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const words = new Int32Array(new SharedArrayBuffer(8));
      await pool.submit(tasks.bump, words);
      await pool.submit(tasks.bumpIn, { words });
      const [given] = (await pool.submit(tasks.bumpIn, { words })) as [Int32Array];
      Atomics.add(given, 0, 1);
      expect(words[0]).toBe(4);
    });
  });

  it('blocks for results: of workers that start, of asynchronous tasks, in any order, through a full ring', async () => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      expect(pool.submitSync(tasks.inc, 1)).toBe(2);
      expect(pool.submitSync(tasks.sleep, 20)).toBe(20);
      const futures = Array.from({ length: 10_000 }, (_, i) => pool.submit(tasks.inc, i));
      expect(futures.at(-1)?.resultSync()).toBe(10_000);
      expect(futures[0]?.resultSync({ timeout: 0 })).toBe(1);
      expect(pool.submitSync(tasks.fill, 100_000)).toEqual(new Uint8Array(100_000).fill(7));
      expect(pool.submitSync(tasks.lengthOf, new Uint8Array(100_000))).toBe(100_000);
      expect(await Promise.all(futures)).toEqual(futures.map((_, i) => i + 1));
    });
  });

  it('gives up blocking in time, throws what the task threw, and notices a worker that died', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const open = new Event();
      const held = pool.submit(tasks.hold, new Event(), open);
      expect(() => held.resultSync({ timeout: 5 })).toThrow(TimeoutError);
      expect(() => held.resultSync({ timeout: 0 })).toThrow(TimeoutError);
      open.set();
      held.resultSync();
      expect(() => pool.submitSync(tasks.failOwn, 3)).toThrow(tasks.OwnError);
      expect(() => pool.submitSync(tasks.leave, 3)).toThrow(BrokenThreadPoolError);
      expect(pool.submitSync(tasks.inc, 1)).toBe(2);
    });
  });

  it('ends a task that blocks when its signal aborts or its time is over, and goes on [API-3]', async () => {
    await withPool({ maxWorkers: 1, graceTime: 0 }, async (pool) => {
      const started = new Event();
      const controller = new AbortController();
      const stuck = pool.with({ signal: controller.signal }).submit(tasks.hold, started, new Event());
      await started.wait();
      controller.abort(new Error('enough'));
      await expect(stuck.result()).rejects.toThrow('enough');
      const late = pool.with({ timeout: 20 }).submit(tasks.hold, new Event(), new Event());
      await expect(late.result()).rejects.toThrow(TimeoutError);
      expect(await pool.submit(tasks.inc, 1)).toBe(2);
    });
  });

  it('asks a task to stop before it ends the worker', async () => {
    await withPool({ maxWorkers: 1, graceTime: 20_000 }, async (pool) => {
      const before = await pool.submit(tasks.where);
      const started = new Event();
      const aborted = new Event();
      const controller = new AbortController();
      const future = pool.with({ signal: controller.signal }).submit(tasks.awaitAbort, started, aborted);
      await started.wait();
      controller.abort(new Error('please'));
      await expect(future.result()).rejects.toThrow('please');
      expect(await aborted.wait({ timeout: 10_000 })).toBe(true);
      const again = new Event();
      const computing = pool.with({ timeout: 30 }).submit(tasks.computeUntilAborted, again);
      await expect(computing.result()).rejects.toThrow(TimeoutError);
      expect(await pool.submit(tasks.where)).toBe(before);
    });
  });

  it('asks it also with a reason that cannot be made again in the worker', async () => {
    await withPool({ maxWorkers: 1, graceTime: 20_000 }, async (pool) => {
      const before = await pool.submit(tasks.where);
      const [started, aborted, controller] = [new Event(), new Event(), new AbortController()];
      const future = pool.with({ signal: controller.signal }).submit(tasks.awaitAbort, started, aborted);
      await started.wait();
      const reason = new tasks.Treacherous('throw');
      controller.abort(reason);
      expect(await future.exception()).toBe(reason);
      expect(await aborted.wait({ timeout: 10_000 })).toBe(true);
      expect(await pool.submit(tasks.where)).toBe(before);
    });
  });

  it('drops queued tasks whose signal aborts, and refuses signals that have', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const open = new Event();
      const held = pool.submit(tasks.hold, new Event(), open);
      const controller = new AbortController();
      const view = pool.with({ signal: controller.signal });
      const queued = [view.submit(tasks.inc, 1), view.submit(tasks.lengthOf, new Uint8Array(100_000))];
      controller.abort(new Error('not needed'));
      for (const future of [...queued, view.submit(tasks.inc, 2)])
        await expect(future.result()).rejects.toThrow('not needed');
      open.set();
      await held;
    });
  });

  it('bounds its queue, and lets one wait for room', async () => {
    await withPool({ maxWorkers: 1, maxQueueSize: 2 }, async (pool) => {
      const open = new Event();
      const held = pool.submit(tasks.hold, new Event(), open);
      pool.submit(tasks.inc, 1);
      pool.submit(tasks.inc, 2);
      expect(() => pool.submit(tasks.inc, 3)).toThrow(QueueFullError);
      const room = pool.room();
      open.set();
      await room;
      expect(await pool.submit(tasks.inc, 3)).toBe(4);
      await held;
    });
  });

  it('maps no faster than its bounded queue takes items', async () => {
    await withPool({ maxWorkers: 1, maxQueueSize: 3 }, async (pool) => {
      const seen: number[] = [];
      for await (const result of pool.map(
        tasks.inc,
        Array.from({ length: 50 }, (_, i) => i + 1),
      )) {
        seen.push(result);
        expect(pool.stats().queued).toBeLessThanOrEqual(4);
      }
      expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => i + 2));
    });
  });

  it('passes on what tasks report, in order and before they are done', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const future = pool.submit(tasks.countTo, 100);
      const seen: unknown[] = [];
      future.addProgressCallback((value) => seen.push(value));
      await future;
      expect(seen).toEqual(Array.from({ length: 100 }, (_, i) => ({ i: i + 1 })));
      expect(() => reportProgress(1)).toThrow(InvalidStateError);
      expect(() => taskSignal()).toThrow(InvalidStateError);
    });
  });

  it('keeps apart what several tasks of one worker report', async () => {
    await withPool({ maxWorkers: 1, concurrency: 4 }, async (pool) => {
      const open = new Event();
      const seen: unknown[][] = [[], [], [], []];
      const futures = seen.map((list, n) => {
        const future = pool.submit(tasks.ownContext, n, open);
        future.addProgressCallback((value) => list.push(value));
        return future;
      });
      open.set();
      expect(await Promise.all(futures)).toEqual([true, true, true, true]);
      expect(seen).toEqual([[0], [1], [2], [3]]);
    });
  });

  it('streams what an async iterable gives, as it is asked for', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const seen: number[] = [];
      for await (const item of await pool.submit(tasks.count, 0, 50)) seen.push(item);
      expect(seen).toEqual(Array.from({ length: 50 }, (_, i) => i));
      const failing = await pool.submit(tasks.countAndFail);
      expect(await failing.next()).toEqual({ done: false, value: 1 });
      await expect(failing.next()).rejects.toThrow('no more');
      expect(await failing.next()).toEqual({ done: true, value: undefined });
      const left = new Event();
      for await (const item of await pool.submit(tasks.countForEver, left)) if (item === 3) break;
      expect(await left.wait({ timeout: 10_000 })).toBe(true);
      expect(await pool.submit(tasks.inc, 1)).toBe(2);
    });
  });

  it('ends streams that nobody reads when it is shut down', async () => {
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const stream = await pool.submit(tasks.count, 0, 5);
    await pool.shutdown();
    await expect(stream.next()).rejects.toThrow(BrokenThreadPoolError);
  });

  it('calls a function once in each worker', async () => {
    await withPool({ maxWorkers: 3 }, async (pool) => {
      expect(await pool.broadcast(tasks.where)).toEqual([]);
      const open = new Event();
      const held = [1, 2, 3].map(() => pool.submit(tasks.hold, new Event(), open));
      await expect.poll(() => pool.stats().busy, { timeout: 20_000 }).toBe(3);
      const everywhere = pool.broadcast(tasks.where);
      const argumentsToo = pool.broadcast(tasks.argumentCount, 'a', new Map(), { b: 1 });
      const plain = [true, null, undefined, 'text', { a: [1] }, 1.5, new Uint8Array(40_000)].map((value) =>
        pool.broadcast(tasks.echo, value),
      );
      open.set();
      const workers = await Promise.all(held);
      expect((await Promise.all(plain)).map((values) => values[2])).toEqual([
        true,
        null,
        undefined,
        'text',
        { a: [1] },
        1.5,
        new Uint8Array(40_000),
      ]);
      expect(new Set(await everywhere)).toEqual(new Set(workers));
      expect(await argumentsToo).toEqual([3, 3, 3]);
    });
  });

  it('refuses to move memory to several workers before any of them runs', async () => {
    await withPool({ maxWorkers: 2 }, async (pool) => {
      const open = new Event();
      const held = [1, 2].map(() => pool.submit(tasks.hold, new Event(), open));
      await expect.poll(() => pool.stats().busy, { timeout: 20_000 }).toBe(2);
      const { buffer } = new Uint8Array(8);
      const ran = new Event();
      for (const argument of [transfer(buffer, [buffer]), [{ pixels: transfer(buffer, [buffer]) }]])
        expect(() => pool.broadcast(tasks.setEventOf, { ran, argument })).toThrow(
          /^Cannot send args\[0\]\.argument.*: what moves can go to one worker only$/,
        );
      open.set();
      await Promise.all(held);
      expect(await pool.broadcast(tasks.echo, buffer)).toEqual([buffer, buffer]);
      expect(ran.isSet()).toBe(false);
    });
    await withPool({ maxWorkers: 1 }, async (pool) => {
      await pool.submit(tasks.inc, 1);
      const bytes = new Uint8Array(8);
      expect(await pool.broadcast(tasks.lengthOf, transfer(bytes, [bytes.buffer]))).toEqual([8]);
      expect(bytes.length).toBe(0);
    });
  });

  it('starts tasks by priority [API-3]', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const open = new Event();
      const held = pool.submit(tasks.hold, new Event(), open);
      const order: number[] = [];
      const submit = (priority: number): PromiseLike<unknown> => {
        const future = pool.with({ priority }).submit(tasks.echo, priority);
        future.addDoneCallback(() => order.push(priority));
        return future;
      };
      await expect.poll(() => held.running(), { timeout: 20_000 }).toBe(true);
      const all = [0, 0, -2, 3, 0, 5, 3].map(submit);
      open.set();
      await Promise.all([held, ...all]);
      expect(order).toEqual([5, 3, 3, 0, 0, 0, -2]);
    });
  });

  it('says where a task that failed was submitted, if it is told to', async () => {
    await withPool({ maxWorkers: 1, traceCallers: true }, async (pool) => {
      async function submitter(): Promise<unknown> {
        return pool.submit(tasks.failOwn, 1).exception();
      }
      expect(((await submitter()) as Error).stack).toMatch(/failOwn[^]*submitted[^]*at submitter/);
    });
    await withPool({ maxWorkers: 1 }, async (pool) => {
      expect(((await pool.submit(tasks.failOwn, 1).exception()) as Error).stack).not.toMatch(/submitted/);
    });
  });

  it('calls back in the async context of whoever wanted that', async () => {
    const storage = new AsyncLocalStorage<string>();
    await withPool({ maxWorkers: 1 }, async (pool) => {
      const seen: unknown[] = [];
      const futures = ['a', 'b'].map((name) =>
        storage.run(name, () => {
          const future = pool.submit(tasks.countTo, 1);
          future.addProgressCallback(() => seen.push(storage.getStore()));
          future.addDoneCallback(() => seen.push(storage.getStore()));
          return future;
        }),
      );
      await Promise.all(futures);
      expect(seen).toEqual(['a', 'a', 'b', 'b']);
    });
  });

  it('measures, and begins anew', async () => {
    await withPool({ maxWorkers: 1 }, async (pool) => {
      await pool.submit(tasks.sleep, 30);
      await pool.submit(tasks.failOwn, 1).exception();
      const { runTime, waitTime, utilisation, done, failed } = pool.stats();
      expect(runTime.max).toBeGreaterThanOrEqual(29);
      expect(waitTime.max).toBeGreaterThan(0);
      expect(utilisation).toBeGreaterThanOrEqual(0);
      expect([done, failed]).toEqual([2, 1]);
      pool.resetStats();
      expect(pool.stats()).toMatchObject({ done: 0, failed: 0, runTime: { p50: 0, max: 0 } });
    });
  });

  it('tells a diagnostics channel when tasks are submitted, start and end, and where', async () => {
    const seen: Record<string, unknown>[] = [];
    const listen = (event: unknown): void => {
      seen.push(event as Record<string, unknown>);
    };
    channel('weft:task').subscribe(listen);
    try {
      await withPool({ maxWorkers: 1, threadNamePrefix: 'Told' }, async (pool) => {
        await pool.submit(tasks.inc, 1);
      });
    } finally {
      channel('weft:task').unsubscribe(listen);
    }
    expect(seen.map(({ type, worker, target, pool, outcome }) => [type, worker, target, pool, outcome])).toEqual([
      ['submit', undefined, 'inc', 'Told', undefined],
      ['start', 0, 'inc', 'Told', undefined],
      ['end', 0, 'inc', 'Told', 'returned'],
    ]);
  });
});
