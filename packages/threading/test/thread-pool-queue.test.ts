import { Event, InvalidStateError, Queue, Thread, ThreadPoolExecutor, TimeoutError } from '@weft/threading';
import { capped } from '@weft/testkit';
import { expect, it } from 'vitest';
import * as tasks from './fixtures/pool-tasks.ts';

/** More than the ring between a pool and its workers holds. */
const MANY = 5000;

it('runs what comes after more cancelled tasks than its ring holds, before its first worker is up', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  for (let i = 0; i < MANY; i += 1) pool.submit(tasks.inc, i).cancel();
  const futures = Array.from({ length: 5 }, (_, i) => pool.submit(tasks.inc, i));
  expect(await capped(Promise.all(futures), 'the tasks to run')).toEqual([1, 2, 3, 4, 5]);
});

it('runs what comes after more cancelled tasks than its ring holds, behind a task that runs', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  const [started, open] = [new Event(), new Event()];
  const held = pool.submit(tasks.hold, started, open);
  await started.wait({ timeout: 10_000 });
  const text = 'x'.repeat(10_000);
  const waiting = pool.submit(tasks.inc, 0);
  for (let i = 0; i < MANY; i += 1) expect(pool.submit(tasks.echo, text).cancel()).toBe(true);
  const futures = Array.from({ length: 5 }, (_, i) => pool.submit(tasks.inc, i));
  open.set();
  await capped(Promise.all([held, waiting]), 'the first tasks to end');
  expect(await capped(Promise.all(futures), 'the tasks to run')).toEqual([1, 2, 3, 4, 5]);
});

it('runs a burst of tasks of several priorities, though each takes many others back', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  const futures = Array.from({ length: 300 }, (_, i) =>
    pool.with({ priority: Math.floor(i / 100) }).submit(tasks.inc, i),
  );
  expect(await capped(Promise.all(futures), 'the tasks to run')).toEqual(futures.map((_, i) => i + 1));
});

it('ends tasks whose time is over also while it blocks for their results', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 1, graceTime: 10 });
  const limited = pool.with({ timeout: 50 });
  await pool.submit(tasks.inc, 1);
  expect(() => limited.submit(tasks.hold, new Event(), new Event()).resultSync({ timeout: 60_000 })).toThrow(
    'Cannot finish the task within 50 ms',
  );
  const stuck = limited.submit(tasks.hold, new Event(), new Event());
  expect(pool.submitSync(tasks.inc, 1)).toBe(2);
  expect(await stuck.exception()).toBeInstanceOf(TimeoutError);
});

it('refuses reports of what a task has left behind', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  await pool.submit(tasks.reportLate);
  await expect.poll(() => pool.submit(tasks.reportedLate), { timeout: 10_000 }).toEqual(expect.any(InvalidStateError));
});

it('serves its tasks while their owner blocks elsewhere', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
  const queue = new Queue<number>();
  const futures = [1, 40_000, 3].map((length) => pool.submit(tasks.putLength, queue, new Uint8Array(length)));
  const lengths = futures.map(() => queue.getSync({ timeout: 20_000 }));
  expect(lengths.toSorted((a, b) => a - b)).toEqual([1, 3, 40_000]);
  await Promise.all(futures);

  const open = new Event();
  const thread = new Thread({ target: tasks.hold, args: [new Event(), open] }).start();
  const opened = pool.submit(tasks.setEvent, open);
  thread.joinSync({ timeout: 20_000 });
  expect(thread.isAlive()).toBe(false);
  await opened;
});
