import { flush } from '@weft/testkit';
import { expect } from 'vitest';
import type { EventLike } from './event.ts';
import { failure, failureSync } from './failure.ts';
import type { LockLike } from './lock.ts';
import { holdUntil, isLocked, lockAndLeave, releaseFails, tryOnce } from './peers.ts';
import type { Define, Elsewhere, Setting } from './suite.ts';
import { waitingRows } from './waiting-rows.ts';

/** Adds the rows of a reentrant lock that need another owner. */
export function remoteRLockRows(
  row: Define,
  setting: Setting,
  create: () => LockLike,
  createEvent: () => EventLike,
  elsewhere: Elsewhere,
): void {
  /** Somebody elsewhere holds the lock, `depth` times, until told to leave. */
  const heldElsewhere = async (depth: number): Promise<{ lock: LockLike; leave(): Promise<void> }> => {
    const [lock, held, left] = [create(), createEvent(), createEvent()];
    const holder = elsewhere(holdUntil, lock, held, left, depth);
    await Promise.race([held.wait(), holder]);
    return {
      lock,
      async leave() {
        left.set();
        await holder;
      },
    };
  };
  row('is locked for all but its owner, however deep that one is in [TH-030, TH-034, MP-067]', async () => {
    const { lock, leave } = await heldElsewhere(3);
    expect(lock.locked()).toBe(true);
    expect(lock.tryAcquire()).toBe(undefined);
    await leave();
    expect(lock.locked()).toBe(false);
    expect(lock.tryAcquire()).not.toBe(undefined);
    expect(await elsewhere(isLocked, lock)).toBe(true);
    expect(await elsewhere(tryOnce, lock)).toBe(false);
  });
  row('refuses to be released by anyone but its owner, who keeps it [TH-028]', async () => {
    const { lock, leave } = await heldElsewhere(1);
    failureSync(() => lock.release(), 'NotOwnerError');
    expect(lock.locked()).toBe(true);
    await leave();
    await lock.acquire();
    expect(await elsewhere(releaseFails, lock)).toBe('NotOwnerError');
    expect(lock.locked()).toBe(true);
    lock.release();
  });
  row('lets others in only after its last release [TH-035]', async () => {
    const lock = create();
    await lock.acquire();
    await lock.acquire();
    let entered = false;
    const waiting = Promise.resolve(elsewhere(lockAndLeave, lock)).then(() => {
      entered = true;
    });
    await flush();
    lock.release();
    expect(await elsewhere(tryOnce, lock)).toBe(false);
    expect(entered).toBe(false);
    lock.release();
    await waiting;
    expect(entered).toBe(true);
  });
  row('loses no wake-up between waiters here and an owner elsewhere that comes and goes [TH-023]', async () => {
    const lock = create();
    const others = [elsewhere(lockAndLeave, lock), elsewhere(lockAndLeave, lock)];
    for (let turn = 0; turn < 50; turn += 1) {
      const guard = await lock.acquire();
      await flush(turn % 3);
      guard[Symbol.dispose]();
    }
    await Promise.all(others);
    expect(lock.locked()).toBe(false);
    await failure(async () => lock.release(), 'NotOwnerError', 'InvalidStateError');
  });
  row(
    'stays with the one it was granted to when another of the same owner comes and goes before that one wakes [TH-023, TH-035]',
    async () => {
      const [lock, held, left] = [create(), createEvent(), createEvent()];
      const holder = elsewhere(holdUntil, lock, held, left, 1);
      await Promise.race([held.wait(), holder]);
      const granted = lock.acquire();
      left.set();
      // Without a turn of the event loop: the lock is this owner's now, and its waiter has not heard of it. Whether a try
      // succeeds meanwhile is open, but it must not take the lock from the waiter.
      const end = performance.now() + 500;
      let passing = lock.tryAcquire();
      while (!passing && performance.now() < end) passing = lock.tryAcquire();
      passing?.[Symbol.dispose]();
      const guard = await granted;
      await holder;
      expect(lock.locked()).toBe(true);
      expect(await elsewhere(tryOnce, lock)).toBe(false);
      guard[Symbol.dispose]();
      expect(lock.locked()).toBe(false);
    },
  );
  waitingRows(row, setting, {
    verb: 'acquire',
    timesOut: 'TimeoutError',
    ids: { timeout: 'TH-014', range: 'TH-011', huge: 'TH-012' },
    begin: async () => {
      const { lock, leave } = await heldElsewhere(1);
      return {
        wait: (limits) => lock.acquire(limits),
        waitSync: lock.acquireSync && ((limits) => lock.acquireSync?.(limits)),
        grant: leave,
        end: leave,
      };
    },
  });
}
