import { Condition, Lock, Queue, Semaphore, type Task, createTask, gather, sleep } from '@weft/async';
import { type Random, flush, hammer } from '@weft/testkit';
import { describe, it } from 'vitest';

import { inRun } from './in-run.ts';

const ROUNDS = 10_000;

/** Cancels some of the tasks at random moments, mixed with what grants their waits. */
async function shake(random: Random, tasks: readonly Task<unknown>[], grants: readonly (() => void)[]): Promise<void> {
  const cancels = tasks.filter(() => random.chance()).map((task) => () => void task.cancel());
  for (let hops = random.int(0, 4); hops > 0; hops -= 1) await Promise.resolve();
  if (random.chance(0.3)) await sleep(0);
  for (const act of random.shuffle([...cancels, ...grants])) {
    act();
    for (let hops = random.int(0, 2); hops > 0; hops -= 1) await Promise.resolve();
  }
}

describe('nothing is lost when cancellations meet grants', () => {
  it(
    'no item of a queue',
    inRun(() =>
      hammer(ROUNDS, async (random) => {
        const queue = new Queue<number>(random.int(0, 2));
        const got: number[] = [];
        const put: number[] = [];
        const getters = Array.from({ length: random.int(1, 4) }, () =>
          createTask(async () => {
            got.push(await queue.get());
          }),
        );
        const putters = Array.from({ length: random.int(1, 4) }, (_, item) =>
          createTask(async () => {
            await queue.put(item);
            put.push(item);
          }),
        );
        await shake(random, [...getters, ...putters], []);
        const left = Array.from({ length: 4 }, () => createTask(() => queue.get()));
        await flush(2);
        for (const task of [...getters, ...putters, ...left]) task.cancel();
        await gather.settled([...getters, ...putters]);
        const rest = (await gather.settled(left)).filter((item) => typeof item === 'number');
        while (!queue.empty()) rest.push(queue.getNowait());
        const out = [...got, ...rest].toSorted().join();
        // A put that was cancelled as it ended has put its item: those are in what came out.
        const missing = put.filter((item) => !got.includes(item) && !rest.includes(item));
        if (missing.length > 0 || new Set(out.split(',')).size !== out.split(',').length) {
          throw new Error(`Put ${put.join()}, got ${out}`);
        }
      }),
    ),
    60_000,
  );

  it(
    'no permit of a semaphore, and no lock',
    inRun(() =>
      hammer(ROUNDS, async (random) => {
        const permits = random.int(1, 2);
        const semaphore = random.chance() ? new Semaphore(permits) : undefined;
        const lock = new Lock();
        const source = semaphore ?? lock;
        const held = [await source.acquire()];
        let inside = 0;
        const tasks = Array.from({ length: random.int(1, 5) }, () =>
          createTask(async () => {
            using _guard = await source.acquire();
            inside += 1;
            if (inside > (semaphore ? permits : 1)) throw new Error('Too many inside');
            await Promise.resolve();
            inside -= 1;
          }),
        );
        await shake(random, tasks, [() => held.pop()?.[Symbol.dispose]()]);
        const ends = await gather.settled(tasks);
        for (const end of ends) if (end instanceof Error && end.name !== 'CancelledError') throw end;
        let free = 0;
        while (source.tryAcquire()) free += 1;
        if (free !== (semaphore ? permits : 1)) throw new Error(`${free} free of ${permits}`);
      }),
    ),
    60_000,
  );

  it(
    'no wake-up of a condition',
    inRun(() =>
      hammer(ROUNDS, async (random) => {
        const condition = new Condition();
        let woken = 0;
        const tasks = Array.from({ length: random.int(1, 4) }, () =>
          createTask(async () => {
            await condition.acquire();
            try {
              await condition.wait();
              woken += 1;
            } finally {
              condition.release();
            }
          }),
        );
        await flush(1);
        const survivors = tasks.length;
        let notified = 0;
        const notify = (): void => {
          if (condition.locked()) return;
          const guard = condition.tryAcquire();
          condition.notify();
          notified += 1;
          guard?.[Symbol.dispose]();
        };
        await shake(random, tasks, [notify, notify]);
        await flush(2);
        const cancelled = tasks.filter((task) => task.cancelling() > 0).length;
        // Whoever was not cancelled is owed one of the notifications, as far as they reach.
        const owed = Math.min(notified, survivors - cancelled);
        if (woken < owed) throw new Error(`${woken} woke, ${owed} of ${notified} notifications were owed`);
        for (const task of tasks) task.cancel();
        await gather.settled(tasks);
        if (condition.locked()) throw new Error('The lock was left locked');
      }),
    ),
    60_000,
  );
});
