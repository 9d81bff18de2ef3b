import { readdirSync } from 'node:fs';
import { Pool, Process, activeChildren } from '@weft/multiprocessing';
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
