import { expect } from 'vitest';
import type { LockLike, LockSuiteOptions } from './lock.ts';
import { isLocked, lockAndLeave, tryOnce } from './peers.ts';
import type { Define, Elsewhere } from './suite.ts';

/** Adds the rows of a lock that need another thread or process. */
export function remoteLockRows(row: Define, { create }: LockSuiteOptions, elsewhere: Elsewhere): void {
  row('is one lock here and elsewhere [TH-006, TH-022, MP-064]', async () => {
    const lock: LockLike = create();
    expect(await elsewhere(tryOnce, lock)).toBe(true);
    expect(await elsewhere(isLocked, lock)).toBe(false);
    await lock.acquire();
    expect(await elsewhere(isLocked, lock)).toBe(true);
    expect(await elsewhere(tryOnce, lock)).toBe(false);
    lock.release();
    expect(await elsewhere(tryOnce, lock)).toBe(true);
  });
  row('wakes a waiter here when it is released elsewhere [MP-071, TH-007]', async () => {
    const lock = create();
    const guard = await lock.acquire();
    const waiting = elsewhere(lockAndLeave, lock);
    guard[Symbol.dispose]();
    await waiting;
    await lock.acquire();
    expect(lock.locked()).toBe(true);
  });
}
