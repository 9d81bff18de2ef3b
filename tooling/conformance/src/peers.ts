/**
 * What the suites run in another thread or process. Plain exported functions, so that they can be found there.
 */
import type { LockLike } from './lock.ts';

/** Takes the lock if it is free and gives it back; answers whether it was. */
export function tryOnce(lock: Pick<LockLike, 'tryAcquire'>): boolean {
  const guard = lock.tryAcquire();
  guard?.[Symbol.dispose]();
  return guard !== undefined;
}

/** Answers whether the lock is held by anyone. */
export function isLocked(lock: Pick<LockLike, 'locked'>): boolean {
  return lock.locked();
}

/** Waits for the lock and gives it back. */
export async function lockAndLeave(lock: LockLike): Promise<void> {
  const guard = await lock.acquire();
  guard[Symbol.dispose]();
}
