import { subscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import type { Worker } from 'node:worker_threads';
import {
  Barrier,
  BoundedSemaphore,
  BrokenBarrierError,
  Condition,
  Event,
  Lock,
  Queue,
  RLock,
  Semaphore,
  Thread,
  setExcepthook,
} from '@weft/threading';
import { capped, hammer, leakCheck, until } from '@weft/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import {
  awaitAndBlock,
  awaitLock,
  blockAtBarrier,
  blockFor,
  blockForItem,
  blockForNotice,
  blockForPlace,
  churn,
  churnAsync,
  churnPermits,
  exitHolding,
  exitHoldingLater,
  holdForEver,
  stopHalfWay,
} from './fixtures/doomed.ts';
import { exhaustMemory } from './fixtures/targets.ts';

leakCheck();

const started: Worker[] = [];
subscribe('worker_threads', (message) => started.push((message as { worker: Worker }).worker));
afterEach(() => {
  setExcepthook();
});

/** Ends the thread that was started last as Node does when its parent ends: no code of it runs any more. */
function terminateLatest(): Promise<unknown> {
  return started.at(-1)?.terminate() ?? Promise.reject(new Error('no thread was started'));
}

function emptied(semaphore: BoundedSemaphore): BoundedSemaphore {
  semaphore.acquireSync();
  return semaphore;
}

describe('a thread that dies with a lock', () => {
  for (const create of [() => new Lock(), () => new RLock()]) {
    const { name } = create().constructor;
    it(`passes a ${name} on to one who awaits it, who learns of it`, async () => {
      const [lock, held] = [create(), new Event()];
      new Thread({ target: holdForEver, args: [lock, held, new Event()] }).start();
      await held.wait();
      const waiting = [lock.acquire(), lock.acquire({ timeout: 120_000 })] as const;
      await terminateLatest();
      const first = await capped(waiting[0], 'the lock passes on', 60_000);
      expect(first.abandoned).toBe(true);
      first[Symbol.dispose]();
      if (lock instanceof RLock) return;
      const second = await waiting[1];
      expect(second.abandoned).toBe(false);
      second[Symbol.dispose]();
      expect(lock.locked()).toBe(false);
    });

    it(`passes a ${name} on to the main thread that blocks for it`, async () => {
      const [lock, held] = [create(), new Event()];
      new Thread({ target: holdForEver, args: [lock, held, new Event()] }).start();
      held.waitSync();
      const ended = terminateLatest();
      const guard = lock.acquireSync({ timeout: 120_000 });
      expect(guard.abandoned).toBe(true);
      guard[Symbol.dispose]();
      expect(lock.tryAcquire()?.abandoned).toBe(false);
      lock.release();
      await ended;
    });
  }

  it('passes an RLock on to one who awaits it, and to nobody else of that thread', async () => {
    const [lock, held, leave] = [new RLock(), new Event(), new Event()];
    new Thread({ target: exitHoldingLater, args: [lock, held, leave] }).start();
    await held.wait();
    const awaited = lock.acquire();
    const thread = new Thread({ target: blockFor, args: [lock, new Event()] }).start();
    leave.set();
    const end = performance.now() + 60_000;
    while (!inspect(lock).includes('owner=MainThread') && performance.now() < end);
    expect([inspect(lock), lock.isOwned()]).toEqual(['RLock { locked, owner=MainThread, count=0 }', false]);
    expect(lock.tryAcquire()).toBe(undefined);
    const guard = await capped(awaited, 'the lock passes on', 60_000);
    expect([guard.abandoned, inspect(lock)]).toEqual([true, 'RLock { locked, owner=MainThread, count=1 }']);
    guard[Symbol.dispose]();
    await thread.join();
  });

  it('gives it to whoever tries afterwards', async () => {
    const lock = new Lock();
    await new Thread({ target: exitHolding, args: [lock] }).start().join();
    expect(lock.locked()).toBe(false);
    expect(lock.tryAcquire()?.abandoned).toBe(true);
    lock.release();
    expect((await lock.acquire()).abandoned).toBe(false);
    lock.release();
  });

  it('is noticed by a main thread that blocks, when it has no memory left', () => {
    const [lock, held] = [new Lock(), new Event()];
    const told: unknown[] = [];
    setExcepthook(({ excValue }) => told.push(excValue));
    const thread = new Thread({
      target: exhaustMemory,
      args: [lock, held],
      resourceLimits: { maxOldGenerationSizeMb: 30 },
    }).start();
    held.waitSync();
    expect(lock.acquireSync({ timeout: 120_000 }).abandoned).toBe(true);
    lock.release();
    thread.joinSync();
    expect(thread.isAlive()).toBe(false);
    return until(() => told.length === 1, 'the hook is told', 60_000);
  });
});

describe('a thread that dies in a line', () => {
  for (const target of [blockFor, awaitLock]) {
    it(`loses its place in a lock's: ${target.name} [QU-068]`, async () => {
      const [lock, ready] = [new Lock(), new Event()];
      const guard = lock.acquireSync();
      new Thread({ target, args: [lock, ready] }).start();
      await ready.wait();
      const next = lock.acquire();
      await terminateLatest();
      guard[Symbol.dispose]();
      expect((await capped(next, 'the next one gets the lock', 60_000)).abandoned).toBe(false);
      lock.release();
    });

    it(`loses its place in a semaphore's: ${target.name}`, async () => {
      const [semaphore, ready] = [new Semaphore(0), new Event()];
      new Thread({ target, args: [semaphore, ready] }).start();
      await ready.wait();
      const next = semaphore.acquire();
      await terminateLatest();
      semaphore.release();
      await capped(next, 'the next one gets the permit', 60_000);
      expect(semaphore.value).toBe(0);
    });
  }

  it('gives back the permit that it was granted and did not take', async () => {
    for (const create of [() => new Semaphore(0), () => emptied(new BoundedSemaphore(1))]) {
      const [semaphore, ready] = [create(), new Event()];
      new Thread({ target: awaitAndBlock, args: [semaphore, ready, new Event()] }).start();
      await ready.wait();
      const next = semaphore.acquire();
      semaphore.release();
      expect([semaphore.value, semaphore.tryAcquire()]).toEqual([0, undefined]);
      await terminateLatest();
      await capped(next, 'the next one gets the permit', 60_000);
      semaphore.release();
      expect(semaphore.value).toBe(1);
    }
  });

  it('gives the permit back also where nobody waits for it', async () => {
    const [semaphore, ready] = [new Semaphore(0), new Event()];
    new Thread({ target: awaitAndBlock, args: [semaphore, ready, new Event()] }).start();
    await ready.wait();
    semaphore.release(2);
    expect(semaphore.value).toBe(1);
    expect([semaphore.tryAcquire(), semaphore.tryAcquire()]).toEqual([expect.anything(), undefined]);
    await terminateLatest();
    expect(semaphore.value).toBe(1);
    expect(semaphore.tryAcquire()).toBeDefined();
    expect(semaphore.tryAcquire()).toBeUndefined();
  });

  it("loses its place in a queue's, and the item goes to the next [QU-068]", async () => {
    const [queue, ready] = [new Queue<unknown>(), new Event()];
    new Thread({ target: blockForItem, args: [queue, ready] }).start();
    await ready.wait();
    const next = queue.get();
    const ended = terminateLatest();
    queue.putNowait('item');
    queue.putNowait('other');
    await ended;
    const rest = [await capped(next, 'the next one gets an item', 60_000)];
    while (!queue.empty()) rest.push(queue.getNowait());
    expect(rest.at(-1)).toBe('other');
  });

  it('gives back the item that it was woken for and did not take', async () => {
    await hammer(10, async () => {
      const [queue, ready] = [new Queue<unknown>(), new Event()];
      new Thread({ target: blockForItem, args: [queue, ready] }).start();
      await ready.wait();
      const ended = terminateLatest();
      queue.putNowait('item');
      await ended;
      queue.putNowait('sentinel');
      const got = [queue.getNowait()];
      if (got[0] === 'item') got.push(queue.getNowait());
      expect(got.at(-1)).toBe('sentinel');
      expect(queue.empty()).toBe(true);
    });
  });

  it('loses its place among those who wait for room [QU-068]', async () => {
    const [queue, ready] = [new Queue<unknown>(1), new Event()];
    queue.putNowait('first');
    new Thread({ target: blockForPlace, args: [queue, ready] }).start();
    await ready.wait();
    const next = queue.put('second');
    await terminateLatest();
    expect(queue.getNowait()).toBe('first');
    await capped(next, 'the next one gets the place', 60_000);
    expect(queue.getNowait()).toBe('second');
  });

  it('breaks the barrier that it waits at', async () => {
    const barrier = new Barrier(3);
    const threads = [1, 2].map(() => new Thread({ target: blockAtBarrier, args: [barrier] }).start());
    await until(() => barrier.nWaiting === 2, 'two wait', 60_000);
    await terminateLatest();
    await until(() => barrier.broken, 'the barrier breaks', 60_000);
    await threads[0]?.join();
    await expect(barrier.wait()).rejects.toThrow(BrokenBarrierError);
  });

  it('breaks the barrier also where nobody else waits', async () => {
    const barrier = new Barrier(2);
    new Thread({ target: blockAtBarrier, args: [barrier] }).start();
    await until(() => barrier.nWaiting === 1, 'it waits', 60_000);
    await terminateLatest();
    expect(barrier.broken).toBe(true);
  });

  it('breaks the barrier also where it has been counted and stands in no line yet', async () => {
    const barrier = new Barrier(3);
    const first = expect(barrier.wait()).rejects.toThrow(BrokenBarrierError);
    new Thread({ target: stopHalfWay, args: [barrier] }).start();
    await until(() => barrier.nWaiting === 2, 'two wait', 60_000);
    await terminateLatest();
    await until(() => barrier.broken, 'the barrier breaks', 60_000);
    await first;
    barrier.reset();
    expect([barrier.broken, barrier.nWaiting]).toEqual([false, 0]);
  });

  it('is passed over by a notification', async () => {
    const [condition, ready] = [new Condition(), new Event()];
    new Thread({ target: blockForNotice, args: [condition, ready] }).start();
    await ready.wait();
    await condition.acquire();
    await terminateLatest();
    const notified = condition.with(async () => condition.wait({ timeout: 120_000 }));
    condition.release();
    await until(() => !condition.locked(), 'the waiter has given up the lock', 60_000);
    await condition.with(() => condition.notify());
    expect(await notified).toBe(true);
  });
});

describe('threads that are ended at any time', () => {
  it('end while they begin as well', async () => {
    await hammer(40, async (random) => {
      const words = new Int32Array(new SharedArrayBuffer(4));
      const thread = new Thread({ target: churn, args: [new Lock(), words, new Queue<number | string>()] }).start();
      const turns = random.int(0, 60);
      for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setTimeout(resolve));
      await capped(terminateLatest(), 'the thread ends', 60_000);
      await capped(thread.join(), 'the thread is joined', 60_000);
      expect(thread.isAlive()).toBe(false);
    });
  });

  it('hang nobody and tear nothing', async () => {
    await hammer(15, async (random) => {
      const lock = new Lock();
      const words = new Int32Array(new SharedArrayBuffer(4));
      const queue = new Queue<number | string>();
      for (let item = 0; item < 8; item += 1) queue.putNowait(random.chance(0.5) ? item : 'long '.repeat(item * 20));
      new Thread({ target: churn, args: [lock, words, queue] }).start();
      new Thread({ target: churnAsync, args: [lock, queue] }).start();
      await until(() => Number(words[0]) > 100, 'they are at work', 60_000);
      for (let turn = random.int(0, 50); turn > 0; turn -= 1) (await lock.acquire())[Symbol.dispose]();
      await Promise.all(started.slice(-2).map((worker) => worker.terminate()));
      const guard = await capped(lock.acquire(), 'the lock is free', 60_000);
      guard[Symbol.dispose]();
      queue.putNowait('end');
      const rest: unknown[] = [];
      while (rest.at(-1) !== 'end') rest.push(await capped(queue.get(), 'the queue works', 60_000));
      // Each of the two may have died with an item in its hands.
      expect(rest.length).toBeGreaterThanOrEqual(7);
      expect(rest.length).toBeLessThanOrEqual(9);
      expect(queue.empty()).toBe(true);
    });
  });

  it('neither double a permit nor tear the line of those who wait for one', async () => {
    await hammer(15, async (random) => {
      const permits = 2;
      const semaphore = new Semaphore(permits);
      const turns = new Int32Array(new SharedArrayBuffer(4));
      const doomed = [1, 2, 3].map(() => new Thread({ target: churnPermits, args: [semaphore, turns] }).start());
      await until(() => Number(turns[0]) > 1_000, 'they are at work', 60_000);
      for (let turn = random.int(0, 50); turn > 0; turn -= 1) (await semaphore.acquire())[Symbol.dispose]();
      await Promise.all(started.slice(-doomed.length).map((worker) => worker.terminate()));
      let free = 0;
      while (semaphore.tryAcquire() !== undefined) free += 1;
      // Two may have died with a permit in their hands.
      expect(free).toBeLessThanOrEqual(permits);
      const waiting = Array.from({ length: permits }, () => semaphore.acquire());
      semaphore.release(permits);
      await capped(Promise.all(waiting), 'the semaphore works', 60_000);
      expect(semaphore.value).toBe(0);
    });
  });
});
