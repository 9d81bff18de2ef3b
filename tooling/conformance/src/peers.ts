/**
 * What the suites run in another thread or process. Plain exported functions, so that they can be found there.
 */
import type { EventLike } from './event.ts';
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

/** Answers whether the event is set. */
export function isSet(event: EventLike): boolean {
  return event.isSet();
}

/** Sets the event. */
export function setEvent(event: EventLike): void {
  event.set();
}

/** Waits for the event. */
export async function waitForEvent(event: EventLike): Promise<boolean> {
  return event.wait();
}

/** Takes the lock `depth` times, says so by one event, and gives it back when the other is set. */
export async function holdUntil(lock: LockLike, held: EventLike, left: EventLike, depth: number): Promise<void> {
  for (let level = 0; level < depth; level += 1) await lock.acquire();
  held.set();
  await left.wait();
  for (let level = 0; level < depth; level += 1) lock.release();
}

/** Tries to release the lock, and answers the name of the error. */
export function releaseFails(lock: LockLike): string {
  try {
    lock.release();
    return 'released';
  } catch (error) {
    return (error as Error).name;
  }
}
