import { inspect } from 'node:util';
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Lock,
  RLock,
  Semaphore,
  SharedValue,
} from '@weft/multiprocessing';
import { until } from '@weft/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import {
  acquireIt,
  addUnderLock,
  freezeWhenCounted,
  holdAndRelease,
  holdForEver,
  marks,
  mark,
  passBarrier,
  releaseIt,
  rounds,
  waitFor,
  waitForValue,
  waitOnCondition,
  waitOnConditionAndFreeze,
} from './fixtures/sharing.mjs';
import { releaseAll, setAfter } from './fixtures/deep.mjs';
import { Peer } from './peers.ts';

const peers: Peer[] = [];
const newPeer = (): Peer => {
  const peer = new Peer();
  peers.push(peer);
  return peer;
};

afterEach(async () => {
  await Promise.all(peers.splice(0).map((peer) => peer.kill()));
});

/** A process that holds the lock, and is killed. */
async function holderKilled(lock: Lock | RLock | Semaphore): Promise<void> {
  const peer = newPeer();
  const held = new Event();
  peer.run(holdForEver, lock, held).catch(() => {});
  await held.wait();
  await peer.kill();
}

describe('Lock', () => {
  it.each([Lock, RLock])(
    'held elsewhere is locked here, and free again when it is released there [MP-064, MP-067] (%o)',
    async (Type) => {
      const [lock, held, left] = [new Type(), new Event(), new Event()];
      const done = newPeer().run(holdAndRelease, lock, held, left);
      await held.wait();
      expect(lock.locked()).toBe(true);
      expect(lock.tryAcquire()).toBe(undefined);
      left.set();
      await done;
      expect(lock.locked()).toBe(false);
    },
  );

  it.each([Lock, RLock])('held by one who is killed is seen to be free [MP-064, MP-067] (%o)', async (Type) => {
    const lock = new Type();
    await holderKilled(lock);
    await until(() => !lock.locked(), 'it is free');
    expect(lock.tryAcquire()?.abandoned).toBe(true);
  });

  it('tells who holds it when it is printed [MP-065, MP-068]', async () => {
    const [lock, held, left] = [new Lock(), new Event(), new Event()];
    const peer = newPeer();
    const done = peer.run(holdAndRelease, lock, held, left);
    await held.wait();
    expect(inspect(lock)).toContain(String(peer.pid));
    left.set();
    await done;
    expect(inspect(lock)).toBe('Lock { unlocked }');
  });

  it('may be released by another process [MP-071]', async () => {
    const lock = new Lock();
    await lock.acquire();
    await newPeer().run(releaseIt, lock);
    expect(lock.locked()).toBe(false);
  });

  it('keeps two processes apart: increments under it are exact [MP-072, MP-165]', async () => {
    const value = new SharedValue('i', 0);
    await Promise.all([newPeer(), newPeer()].map((peer) => peer.run(addUnderLock, value, 20_000)));
    expect(value.value).toBe(40_000);
  });

  it.each([Lock, RLock])('comes free when its holder is killed, and says so [MP-073] (%o)', async (Type) => {
    const lock = new Type();
    await holderKilled(lock);
    const guard = await lock.acquire({ timeout: 5000 });
    expect(guard.abandoned).toBe(true);
    guard[Symbol.dispose]();
    expect((await lock.acquire()).abandoned).toBe(false);
  });

  it('comes free for those who wait already, asleep or not, when its holder is killed [MP-073]', async () => {
    for (const method of ['acquire', 'acquireSync'] as const) {
      const [lock, held, started] = [new Lock(), new Event(), new Event()];
      const [holder, waiter] = [newPeer(), newPeer()];
      holder.run(holdForEver, lock, held).catch(() => {});
      await held.wait();
      const waiting = waiter.run(waitFor, lock, method, started).catch(() => 'cannot cross');
      const here = lock.acquire({ timeout: 10_000 });
      await started.wait();
      await holder.kill();
      const guard = await here;
      expect(guard.abandoned).toBe(true);
      guard[Symbol.dispose]();
      await waiting;
    }
  });

  it('passes those by who died while they waited [MP-073]', async () => {
    const [lock, started] = [new Lock(), new Event()];
    const guard = await lock.acquire();
    const peer = newPeer();
    peer.run(waitFor, lock, 'acquire', started).catch(() => {});
    await started.wait();
    const here = lock.acquire({ timeout: 10_000 });
    await peer.kill();
    guard[Symbol.dispose]();
    expect((await here).held).toBe(true);
  });

  it('arrives as one lock wherever it is sent, also inside of objects and through a process that ends [MP-094, API-6]', async () => {
    const lock = new Lock();
    const peer = newPeer();
    await peer.run(releaseAll, { deep: new Map([['lock', [lock]]]) });
    expect(lock.locked()).toBe(true);
  });
});

describe('Semaphore', () => {
  it('gets the permits of a killed process back, up to the number at the start [MP-074]', async () => {
    const semaphore = new Semaphore(2);
    await holderKilled(semaphore);
    const first = await semaphore.acquire({ timeout: 5000 });
    const second = await semaphore.acquire({ timeout: 5000 });
    expect([first.abandoned, second.abandoned].filter(Boolean)).toHaveLength(1);
    expect(semaphore.tryAcquire()).toBe(undefined);
  });

  it('shows that a killed process holds nothing any more to those who only look', async () => {
    const semaphore = new Semaphore(1);
    await holderKilled(semaphore);
    await until(() => !semaphore.locked(), 'a permit is free');
    expect(semaphore.getValue()).toBe(1);
  });

  it('leaves taken what a process took that has ended, which another may release', async () => {
    const [semaphore, peer] = [new Semaphore(1), newPeer()];
    await peer.run(acquireIt, semaphore);
    await peer.end();
    expect(semaphore.getValue()).toBe(0);
    semaphore.release();
    using permit = await semaphore.acquire();
    expect(permit.abandoned).toBe(false);
    expect(semaphore.tryAcquire()).toBe(undefined);
  });

  it('does not invent permits when a process dies that took what was meant as a signal', async () => {
    const semaphore = new Semaphore(0);
    semaphore.release();
    await holderKilled(semaphore);
    expect(semaphore.getValue()).toBe(0);
    await expect(semaphore.acquire({ timeout: 20 })).rejects.toThrow('within 20 ms');
  });

  it('counts down to nothing and back, and a bounded one no further [MP-074, MP-075]', async () => {
    const [plain, bounded] = [new Semaphore(2), new BoundedSemaphore(2)];
    for (const semaphore of [plain, bounded]) {
      await semaphore.acquire();
      await semaphore.acquire();
      expect(semaphore.getValue()).toBe(0);
      semaphore.release(2);
      expect(semaphore.getValue()).toBe(2);
    }
    plain.release();
    expect(plain.getValue()).toBe(3);
    expect(() => bounded.release()).toThrow(RangeError);
  });
});

describe('Condition', () => {
  it('wakes as many of several processes as it notifies [MP-077, MP-078, MP-079]', async () => {
    const [condition, ready, woken] = [new Condition(), new Semaphore(0), new Semaphore(0)];
    const done = Array.from({ length: 4 }, () => newPeer()).flatMap((peer) =>
      peer.run(waitOnCondition, condition, ready, woken),
    );
    for (const _ of done) await ready.acquire();
    await condition.with(() => condition.notify());
    await woken.acquire();
    await condition.with(() => condition.notify(2));
    await woken.acquire();
    await woken.acquire();
    expect(woken.tryAcquire()).toBe(undefined);
    await condition.with(() => condition.notify(3));
    await woken.acquire();
    await Promise.all(done);
  });

  it('lets another process wait for a shared value [MP-081]', async () => {
    const [condition, value] = [new Condition(), new SharedValue('i', 0)];
    const done = newPeer().run(waitForValue, condition, value, 4);
    for (let i = 0; i < 4; i += 1) {
      await condition.with(() => {
        value.value += 1;
        condition.notify();
      });
    }
    expect(await done).toBe(true);
  });

  it('passes a notice on when the one who got it dies before it wakes', async () => {
    const [condition, started] = [new Condition(), new Event()];
    const peer = newPeer();
    peer.run(waitOnConditionAndFreeze, condition, started).catch(() => {});
    await started.wait();
    const guard = await condition.acquire();
    const here = condition.wait({ timeout: 10_000 });
    const again = await condition.acquire();
    condition.notify();
    again[Symbol.dispose]();
    await peer.kill();
    expect(await here).toBe(true);
    guard[Symbol.dispose]();
  });
});

describe('Barrier', () => {
  it('keeps processes in step, round after round, each with another index [MP-087, MP-088, MP-093]', async () => {
    const barrier = new Barrier(4);
    const all = await Promise.all([
      ...Array.from({ length: 3 }, () => newPeer()).map((peer) => peer.run(rounds, barrier, 50)),
      rounds(barrier, 50),
    ]);
    for (let round = 0; round < 50; round += 1)
      expect(all.map((indices) => indices[round]).toSorted()).toEqual([0, 1, 2, 3]);
  });

  it('runs its action once in one of the processes [MP-089]', async () => {
    const barrier = new Barrier(3, { action: mark });
    const others = [newPeer(), newPeer()];
    await Promise.all([...others.map((peer) => peer.run(passBarrier, barrier)), barrier.wait()]);
    const counts = await Promise.all(others.map((peer) => peer.run(marks)));
    expect(counts.reduce((sum, count) => sum + count, marks())).toBe(1);
  });

  it('breaks for all when a party dies [MP-091]', async () => {
    const [barrier, started] = [new Barrier(3), new Event()];
    const peer = newPeer();
    peer.run(waitFor, barrier, 'wait', started).catch(() => {});
    await started.wait();
    const broken = expect(barrier.wait({ timeout: 10_000 })).rejects.toThrow('Cannot pass the barrier: it is broken');
    await until(() => barrier.nWaiting === 2, 'both wait');
    await peer.kill();
    await broken;
    barrier.reset();
    expect(barrier.broken).toBe(false);
  });

  it('is seen to be broken also where nobody waits any more', async () => {
    for (const seen of [(barrier: Barrier) => barrier.broken, (barrier: Barrier) => barrier.nWaiting === 0]) {
      const [barrier, started] = [new Barrier(2), new Event()];
      const peer = newPeer();
      peer.run(waitFor, barrier, 'wait', started).catch(() => {});
      await started.wait();
      await until(() => barrier.nWaiting === 1, 'it waits');
      await peer.kill();
      await until(() => seen(barrier), 'it is broken');
    }
  });

  it('does not count a party that dies before its arrival is complete', async () => {
    const [barrier, counted] = [new Barrier(2), new Event()];
    const peer = newPeer();
    peer.run(freezeWhenCounted, barrier, counted).catch(() => {});
    await counted.wait();
    await peer.kill();
    expect([barrier.nWaiting, barrier.broken]).toEqual([0, false]);
    expect(await Promise.all([barrier.wait(), barrier.wait()])).toEqual([0, 1]);
  });
});

describe('Event', () => {
  it('set by another process wakes a blocked thread here [MP-085]', async () => {
    const [event, go] = [new Event(), new Event()];
    const done = newPeer().run(setAfter, go, event);
    expect(event.waitSync({ timeout: 0 })).toBe(false);
    go.set();
    expect(event.waitSync({ timeout: 10_000 })).toBe(true);
    await done;
  });
});
