import { type Future, Queue, ThreadPoolExecutor, transfer } from '@weft/threading';
import { type Random, capped, hammer } from '@weft/testkit';
import { describe, expect, it } from 'vitest';
import * as tasks from './fixtures/pool-tasks.ts';

describe('what goes by message port', () => {
  it("is what is the platform's own, as itself", async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const [blob, program] = [new Blob(['text']), tasks.giveProgram()];
    const given = await capped(pool.submit(tasks.echo, { deep: { blob, error: new Error('kept') }, program }), 'it');
    expect(await given.deep.blob.text()).toBe('text');
    expect([given.deep.error, given.program]).toEqual([new Error('kept'), expect.any(program.constructor)]);
    expect(await capped(pool.submit(tasks.giveProgram), 'the program')).toBeInstanceOf(program.constructor);
    expect(() => new Queue<unknown>().putNowait({ blob })).toThrow('Cannot send the item.blob: this Blob can be');
    expect(await capped(pool.submit(tasks.inc, 1), 'another task')).toBe(2);
  });

  it('is not lost where idle workers leave', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 2, idleTimeout: 2 });
    await hammer(60, async (random, round) => {
      await pause(random.int(0, 5));
      const both = [send(pool, round), send(pool, round + 1)];
      expect((await Promise.all(both)).map(([, bytes]) => bytes[0])).toEqual([round & 255, (round + 1) & 255]);
    });
  });

  it('is not lost where workers are replaced, and none runs more than it may', async () => {
    await hammer(4, async (random) => {
      const maxTasksPerWorker = random.int(1, 3);
      await using pool = new ThreadPoolExecutor({ maxWorkers: 2, maxTasksPerWorker });
      const runs = await Promise.all(
        Array.from({ length: 12 }, async (_, i) =>
          random.chance(0.6) ? (await send(pool, i))[0] : pool.submit(tasks.where),
        ),
      );
      const counts = Map.groupBy(runs, (thread) => thread);
      for (const [thread, ran] of counts) expect(ran.length, `thread ${thread}`).toBeLessThanOrEqual(maxTasksPerWorker);
    });
  });

  it('comes back once each among other tasks, cancelled ones and urgent ones', async () => {
    await using one = new ThreadPoolExecutor({ maxWorkers: 2 });
    await using many = new ThreadPoolExecutor({ maxWorkers: 2, concurrency: 3 });
    await hammer(400, async (random, round) => {
      const pool = random.chance() ? one : many;
      const all = Array.from({ length: random.int(1, 30) }, (_, i) => submitAny(random, pool, round + i));
      const checks = all.map(async ({ future, check }) => {
        if (random.chance(0.2) && future.cancel()) await expect(future).rejects.toThrow();
        else check(await future);
      });
      await Promise.all(checks);
      expect(pool.stats()).toMatchObject({ queued: 0, busy: 0 });
    });
  });

  it('waits for no worker that is busy for long', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
    for (let i = 0; i < 200; i += 1) await send(pool, i);
    const words = new Int32Array(new SharedArrayBuffer(4));
    const held = pool.submit(tasks.waitFor, words);
    for (let i = 0; i < 50; i += 1) await send(pool, i);
    Atomics.store(words, 0, 1);
    Atomics.notify(words, 0);
    await held;
  });
});

function send(pool: ThreadPoolExecutor, seed: number): Future<[thread: number, bytes: Uint8Array]> {
  const bytes = new Uint8Array(64).fill(seed);
  return pool.submit(tasks.passOn, transfer(bytes, [bytes.buffer])) as Future<[number, Uint8Array]>;
}

interface Expected {
  future: Future<unknown>;
  check(result: unknown): void;
}

function submitAny(random: Random, pool: ThreadPoolExecutor, seed: number): Expected {
  const chosen = random.chance(0.1) ? pool.with({ priority: 1 }) : pool;
  switch (random.int(0, 3)) {
    case 0: {
      const future = send(chosen as ThreadPoolExecutor, seed);
      return { future, check: (result) => expect((result as [number, Uint8Array])[1][0]).toBe(seed & 255) };
    }
    case 1:
      return {
        future: chosen.submit(tasks.echo, new Map([[seed, 1]])),
        check: (map) => expect(map).toEqual(new Map([[seed, 1]])),
      };
    case 2:
      return { future: chosen.submit(tasks.sleep, 0), check: (result) => expect(result).toBe(0) };
    default:
      return { future: chosen.submit(tasks.inc, seed), check: (result) => expect(result).toBe(seed + 1) };
  }
}

// Some turns of the event loop, so that workers are caught at every point of their way out.
async function pause(milliseconds: number): Promise<void> {
  for (const end = performance.now() + milliseconds; performance.now() < end;)
    await new Promise((resolve) => setImmediate(resolve));
}
