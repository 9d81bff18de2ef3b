import { readdirSync } from 'node:fs';
import { Pool, Process, SharedMemory, activeChildren } from '@weft/multiprocessing';
import { hammer, leakCheck, until } from '@weft/testkit';
import { expect, it } from 'vitest';
import * as tasks from './fixtures/pool-tasks.ts';
import * as targets from './fixtures/process-targets.ts';

leakCheck();

const descriptors = (): number => (process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0);

// WEFT_HAMMER=100 makes a thousand of them.
it('starts and ends processes in every way, and leaves nothing behind', { timeout: 1_200_000 }, async () => {
  await new Process({ target: targets.doNothing }).start().join();
  const before = descriptors();
  await hammer(3, async (random) => {
    const children = Array.from({ length: random.int(1, 6) }, () => {
      const target = random.pick([targets.doNothing, targets.rest, targets.spin, targets.printNothing]);
      return new Process({ target, daemon: random.chance() }).start();
    });
    for (const child of random.shuffle(children)) {
      if (random.chance(0.2)) await child.join({ timeout: random.int(0, 60) });
      const end = random.pick(['kill', 'terminate', 'interrupt'] as const);
      child[end]();
      // A busy one does not come to handle an interrupt.
      if (end === 'interrupt') child.terminate();
    }
    for (const child of children) {
      if (random.chance()) child.joinSync();
      else await child.join();
      expect([-9, -15, -2, 0, 1]).toContain(child.exitcode);
    }
    expect(activeChildren()).toEqual([]);
  });
  await until(() => descriptors() <= before, 'no descriptor is left open');
});

it('kills workers of a pool at any time, and every task has an end', { timeout: 1_200_000 }, async () => {
  const before = descriptors();
  await hammer(2, async (random) => {
    await using pool = new Pool(2, random.chance() ? {} : { maxtasksperchild: random.int(1, 5) });
    const results = Array.from({ length: 60 }, (_, at) =>
      pool.applyAsync(random.chance(0.05) ? tasks.killInstead : tasks.square, [at]),
    );
    const workers = activeChildren();
    if (random.chance()) random.pick(workers).kill();
    const ends = await Promise.all(
      results.map((result) =>
        result.then(
          (value) => value,
          (error: unknown) => (error as Error).name,
        ),
      ),
    );
    for (const [at, end] of ends.entries()) expect([at * at, 'BrokenProcessPoolError']).toContain(end);
    expect(await pool.apply(tasks.square, [12])).toBe(144);
  });
  await until(() => descriptors() <= before, 'no descriptor is left open');
});

it('kills a worker while calls come one by one, each of which has an end', { timeout: 1_200_000 }, async () => {
  const before = descriptors();
  await hammer(10, async (random) => {
    await using pool = new Pool(1);
    const last = random.int(1, 3000);
    for (let at = 0; at <= last; at += 1) {
      const suicides = at === last && random.chance();
      const result = pool.applyAsync(suicides ? tasks.killInstead : tasks.square, [at]);
      if (at === last && !suicides) {
        // Now, or when the call is on its way.
        for (let steps = random.int(0, 3); steps > 0; steps -= 1) await Promise.resolve();
        for (const worker of activeChildren()) worker.kill();
      }
      const end = await result.then(
        (value) => value,
        (error: unknown) => (error as Error).name,
      );
      expect(at === last ? [at * at, 'BrokenProcessPoolError'] : [at * at]).toContain(end);
    }
    // The one that was killed may be given a last call before its end is known.
    await pool.apply(tasks.square, [12]).catch(() => undefined);
    expect(await pool.apply(tasks.square, [12])).toBe(144);
  });
  await until(() => descriptors() <= before, 'no descriptor is left open');
});

it('answers calls of every size and kind, one by one and together', { timeout: 1_200_000 }, async () => {
  // What looks after shared memory stays.
  new SharedMemory({ create: true, size: 1 })[Symbol.dispose]();
  const before = descriptors();
  await hammer(5, async (random) => {
    await using pool = new Pool(random.int(1, 2));
    const call = async (at: number): Promise<void> => {
      const kind = random.int(0, 20);
      if (kind === 0) expect(await pool.apply(tasks.squareLater, [at])).toBe(at * at);
      else if (kind === 1) await expect(pool.apply(tasks.failFor, [at, at])).rejects.toThrow(`no ${at}`);
      else if (kind < 4) expect(await pool.apply(tasks.echo, [{ at }])).toEqual({ at });
      else if (kind < 7) {
        // Small ones, and ones that only a socket takes, or only shared memory.
        const text = String(at).repeat(random.pick([1, 100, 2000, 40_000]));
        expect(await pool.apply(tasks.echo, [text])).toBe(text);
      } else expect(await pool.apply(tasks.square, [at])).toBe(at * at);
    };
    for (let at = 0; at < 2000; at += 1) {
      if (random.chance(0.9)) await call(at);
      else await Promise.all(Array.from({ length: random.int(2, 9) }, (_, more) => call(at + more)));
      if (random.chance(0.01)) await new Promise(setImmediate);
    }
  });
  await until(() => descriptors() <= before, 'no descriptor is left open');
});
