import { inspect } from 'node:util';

import {
  Barrier,
  BoundedSemaphore,
  CancelledError,
  Condition,
  Event,
  Future,
  Lock,
  PriorityQueue,
  Queue,
  Semaphore,
  type Task,
  createTask,
  currentTask,
  gather,
  sleep,
  wait,
} from '@weft/async';
import { capped } from '@weft/testkit';
import { describe, expect, it } from 'vitest';

import { inRun, thrownBy, turns } from './in-run.ts';

/** Tasks that take a lock one after another and say so. */
function contenders(lock: Lock | Semaphore, names: string, log: string[]): Task<void>[] {
  return [...names].map((name) =>
    createTask(async () => {
      using _guard = await lock.acquire();
      log.push(name);
    }),
  );
}

describe('Lock', () => {
  it(
    'passes a cancelled waiter over, whatever comes first in one turn [AS-119, AS-120, AS-121, AS-122]',
    inRun(async () => {
      for (const order of ['cancel first', 'release first']) {
        const lock = new Lock();
        const held = await lock.acquire();
        const log: string[] = [];
        const [a, b, c] = contenders(lock, 'abc', log) as [Task, Task, Task];
        await turns();
        if (order === 'cancel first') a.cancel();
        held[Symbol.dispose]();
        if (order === 'release first') a.cancel();
        await gather(b, c);
        expect(await thrownBy(() => a)).toBeInstanceOf(CancelledError);
        expect(log).toEqual(['b', 'c']);
        expect(lock.locked()).toBe(false);
      }
    }),
  );

  it(
    'takes a free lock even with a cancellation pending: that lands where the call would wait',
    inRun(async () => {
      const lock = new Lock();
      const task = createTask(async () => {
        currentTask()?.cancel();
        (await lock.acquire())[Symbol.dispose]();
        await sleep(0);
      });
      expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
      expect(lock.locked()).toBe(false);
    }),
  );
});

describe('Event', () => {
  it(
    'keeps nothing of a cancelled waiter [AS-127]',
    inRun(async () => {
      const event = new Event();
      const task = createTask(() => event.wait());
      await turns();
      expect(inspect(event)).toBe('Event { unset, 1 waiting }');
      task.cancel();
      await thrownBy(() => task);
      expect(inspect(event)).toBe('Event { unset }');
    }),
  );
});

describe('Condition', () => {
  it(
    'throws the cancellation that ended a wait as the same object, with the lock held [AS-130, AS-131, AS-138]',
    inRun(async () => {
      for (const contested of [false, true]) {
        const condition = new Condition();
        const seen: unknown[] = [];
        const task = createTask(async () => {
          await condition.acquire();
          try {
            await condition.wait();
          } catch (error) {
            seen.push(error, condition.locked());
            condition.release();
            throw error;
          }
        });
        await turns();
        const other = contested ? await condition.acquire() : undefined;
        task.cancel('the message');
        await turns();
        expect(task.done()).toBe(!contested);
        other?.[Symbol.dispose]();
        const error = await thrownBy(() => task);
        expect(seen).toEqual([error, true]);
        expect((error as Error).message).toBe('the message');
        expect(condition.locked()).toBe(false);
      }
    }),
  );

  it(
    'delivers a cancellation that came after the notification once it owns the lock, and passes the notification on [AS-132, AS-140, AS-141]',
    inRun(async () => {
      for (const when of ['same turn', 'while it waits for the lock']) {
        const condition = new Condition();
        const log: string[] = [];
        const [first, second] = ['first', 'second'].map((name) =>
          createTask(async () => {
            await condition.acquire();
            try {
              await condition.wait();
              log.push(name);
            } finally {
              condition.release();
            }
          }),
        ) as [Task, Task];
        await turns();
        const held = await condition.acquire();
        condition.notify();
        if (when !== 'same turn') await turns();
        first.cancel();
        held[Symbol.dispose]();
        expect(await thrownBy(() => first)).toBeInstanceOf(CancelledError);
        await second;
        expect(log).toEqual(['second']);
        expect(condition.locked()).toBe(false);
      }
    }),
  );

  it(
    'is cancelled also while it takes the lock again after an abort',
    inRun(async () => {
      const condition = new Condition();
      const abort = new AbortController();
      const task = createTask(() => condition.with(async () => condition.wait({ signal: abort.signal })));
      await turns();
      const held = await condition.acquire();
      abort.abort(new Error('aborted'));
      await turns();
      task.cancel();
      held[Symbol.dispose]();
      expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
      expect([task.cancelled(), condition.locked()]).toEqual([true, false]);
    }),
  );

  it(
    'leaves each of those who waited with a guard of its own',
    inRun(async () => {
      const condition = new Condition();
      const log: string[] = [];
      let open = false;
      const consumers = [...'abc'].map((name) =>
        createTask(async () => {
          using guard = await condition.acquire();
          await condition.waitFor(() => open);
          log.push(`${name} ${guard.held} ${condition.locked()}`);
        }),
      );
      await turns();
      {
        using _guard = await condition.acquire();
        open = true;
        condition.notifyAll();
      }
      await capped(gather(consumers), 'each has had the lock');
      expect(log).toEqual(['a true true', 'b true true', 'c true true']);
      expect(condition.locked()).toBe(false);
    }),
  );

  it(
    'refuses to notify what is no number of waiters',
    inRun(async () => {
      const condition = new Condition();
      await condition.with(() => {
        for (const odd of [Number.NaN, '1']) {
          expect(() => condition.notify(odd as never)).toThrow(`Cannot notify ${odd} waiters`);
        }
      });
    }),
  );
});

describe('Semaphore', () => {
  it(
    'gives cancelled waiters no permit and loses none [AS-144, AS-145, AS-146, AS-147]',
    inRun(async () => {
      const semaphore = new Semaphore(1);
      const held = await semaphore.acquire();
      const log: string[] = [];
      const [a, b, c, d] = contenders(semaphore, 'abcd', log) as [Task, Task, Task, Task];
      await turns();
      a.cancel();
      b.cancel();
      held[Symbol.dispose]();
      c.cancel();
      await d;
      for (const task of [a, b, c]) expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
      expect(log).toEqual(['d']);
      expect(semaphore.tryAcquire()?.held).toBe(true);
    }),
  );

  it(
    'serves in arrival order when the first waiter is cancelled, and lets nobody overtake [AS-150, AS-151]',
    inRun(async () => {
      const semaphore = new Semaphore(1);
      const held = await semaphore.acquire();
      const log: string[] = [];
      const [a, b, c] = contenders(semaphore, 'abc', log) as [Task, Task, Task];
      await turns();
      a.cancel();
      held[Symbol.dispose]();
      expect(semaphore.tryAcquire()).toBe(undefined);
      const late = semaphore.acquire().then(() => log.push('late'));
      await gather(b, c, late);
      await thrownBy(() => a);
      expect(log).toEqual(['b', 'c', 'late']);
    }),
  );

  it(
    'lets in who came while another was woken, when permits are left for both [AS-152]',
    inRun(async () => {
      const semaphore = new Semaphore(0);
      const first = semaphore.acquire();
      semaphore.release(3);
      const rest = [semaphore.acquire(), semaphore.acquire()];
      await capped(Promise.all([first, ...rest]), 'all have a permit');
      expect(semaphore.locked()).toBe(true);
    }),
  );
});

describe('Barrier', () => {
  it(
    'counts a cancelled party out [AS-160]',
    inRun(async () => {
      const barrier = new Barrier(3);
      const tasks = [0, 1].map(() => createTask(() => barrier.wait()));
      await turns();
      tasks[0]?.cancel();
      await thrownBy(() => tasks[0]);
      expect([barrier.nWaiting, barrier.broken]).toEqual([1, false]);
      const rest = [0, 1].map(() => createTask(() => barrier.wait()));
      expect((await gather([tasks[1] as Task<number>, ...rest])).toSorted((x, y) => x - y)).toEqual([0, 1, 2]);
    }),
  );

  it(
    'lets those who were released go on when it is reset before they do, and breaks those of the next round [AS-158, AS-162]',
    inRun(async () => {
      const barrier = new Barrier(2);
      const first = createTask(() => barrier.wait());
      await turns();
      expect(await barrier.wait()).toBe(1);
      const next = barrier.wait();
      barrier.reset();
      expect(await first).toBe(0);
      expect(await thrownBy(() => next)).toMatchObject({ name: 'BrokenBarrierError' });
      expect(barrier.broken).toBe(false);
    }),
  );

  it('lets nobody pass whose action has aborted it', async () => {
    const barrier: Barrier = new Barrier(2, { action: () => barrier.abort() });
    const waits = [barrier.wait(), barrier.wait()].map((wait) => thrownBy(() => wait));
    for (const error of await Promise.all(waits)) expect(error).toMatchObject({ name: 'BrokenBarrierError' });
    expect(barrier.broken).toBe(true);
  });
});

describe('what cannot be', () => {
  it('is refused when the object is made, with the value', () => {
    for (const odd of [Number.NaN, '5', null, {}]) {
      expect(() => new Queue(odd as never)).toThrow(TypeError);
      expect(() => new Queue(odd as never)).toThrow(String(odd));
    }
    for (const odd of [-1, 1.5, Number.NaN, '2']) {
      for (const attempt of [
        () => new Semaphore(odd as never),
        () => new BoundedSemaphore(odd as never),
        () => new Barrier(odd as never),
        () => new Semaphore().release(odd as never),
        () => new BoundedSemaphore(9).release(odd as never),
      ]) {
        expect(attempt).toThrow(RangeError);
        expect(attempt).toThrow(String(odd));
      }
    }
    expect(() => new PriorityQueue(0, { compare: 5 as never })).toThrow('5: it is not a function');
    expect(() => new Barrier(1, { action: 5 as never })).toThrow('5: it is not a function');
    expect(new Semaphore(Infinity).tryAcquire()?.held).toBe(true);
  });

  it('is refused as the options of a wait, which would never end', async () => {
    const [lock, full, empty, condition] = [new Lock(), new Queue(1), new Queue(), new Condition()];
    await lock.acquire();
    full.putNowait(1);
    await condition.acquire();
    const waits = [
      (options: never) => lock.acquire(options),
      (options: never) => new Semaphore(0).acquire(options),
      (options: never) => new Event().wait(options),
      (options: never) => new Barrier(2).wait(options),
      (options: never) => full.put(2, options),
      (options: never) => empty.put(2, options),
      (options: never) => new Queue().get(options),
      (options: never) => full.join(options),
      (options: never) => condition.wait(options),
      (options: never) => condition.waitFor(() => false, options),
      (options: never) => wait([new Future()], options),
    ];
    for (const attempt of waits) {
      for (const odd of [100, 0, null, { signal: {} }, { signal: null }]) {
        const error = await capped(
          thrownBy(() => attempt(odd as never)),
          'it is refused',
          1_000,
        );
        expect([attempt.toString(), error]).toEqual([attempt.toString(), expect.any(TypeError)]);
      }
    }
  });
});
