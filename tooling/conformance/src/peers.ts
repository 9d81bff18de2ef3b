/**
 * What the suites run in another thread or process. Plain exported functions, so that they can be found there; this
 * module loads nothing of vitest.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { openFileGate, passFileGate, passFileGateSync } from '@weft/testkit/file-gate';
import type { BarrierLike } from './barrier.ts';
import type { ConditionLike } from './condition.ts';
import type { EventLike } from './event.ts';
import type { LockLike } from './lock.ts';
import type { QueueLike, SimpleQueueLike } from './queue.ts';
import type { SemaphoreLike } from './semaphore.ts';

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

/** Takes the lock, opens one gate, and gives the lock back when another gate is open; blocks its thread all the time. */
export function holdBetweenGatesSync(lock: LockLike, started: string, go: string): void {
  const guard = lock.acquireSync?.();
  openFileGate(started);
  passFileGateSync(go);
  guard?.[Symbol.dispose]();
}

/**
 * Adds one to the number in a file again and again, reading and writing in two steps: without mutual exclusion some are
 * lost.
 *
 * @param blocking Whether it takes the lock with `acquireSync`.
 */
export async function countUnderLock(lock: LockLike, path: string, times: number, blocking: boolean): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    const guard = blocking ? lock.acquireSync?.() : await lock.acquire();
    const before = Number(readFileSync(path, 'utf8'));
    if (!blocking && time % 8 === 0) await Promise.resolve();
    writeFileSync(path, String(before + 1));
    guard?.[Symbol.dispose]();
  }
}

/** Takes as many permits as there are, up to `most`, and keeps them. */
export function takePermits(semaphore: SemaphoreLike, most: number): number {
  let taken = 0;
  while (taken < most && semaphore.tryAcquire()) taken += 1;
  return taken;
}

/** Waits for a permit, and keeps it. */
export async function takePermit(semaphore: SemaphoreLike): Promise<void> {
  await semaphore.acquire();
}

/** Releases permits once a gate is open, blocking its thread until then. */
export function releaseAfterGateSync(semaphore: SemaphoreLike, started: string, go: string): void {
  openFileGate(started);
  passFileGateSync(go);
  semaphore.release();
}

/** Sets the event once a gate is open, blocking its thread until then. */
export function setAfterGateSync(event: EventLike, started: string, go: string): void {
  openFileGate(started);
  passFileGateSync(go);
  event.set();
}

/** Waits on the condition; whoever holds its lock after the gate is open finds this one waiting. */
export async function waitOnCondition(condition: ConditionLike, started: string): Promise<boolean> {
  const guard = await condition.acquire();
  openFileGate(started);
  const notified = await condition.wait();
  guard[Symbol.dispose]();
  return notified;
}

/** The same, blocking its thread. */
export function waitOnConditionSync(condition: ConditionLike, started: string): boolean {
  const guard = condition.acquireSync?.();
  openFileGate(started);
  const notified = condition.waitSync?.();
  guard?.[Symbol.dispose]();
  return notified ?? false;
}

/** Notifies `n` of those who wait on the condition, once a gate is open. */
export async function notifyAfterGate(condition: ConditionLike, n: number, started: string, go: string): Promise<void> {
  openFileGate(started);
  await passFileGate(go);
  const guard = await condition.acquire();
  condition.notify(n);
  guard[Symbol.dispose]();
}

/** Waits on the condition until an event is set. */
export async function waitForState(condition: ConditionLike, path: string): Promise<string> {
  const guard = await condition.acquire();
  const state = await condition.waitFor(() => readFileSync(path, 'utf8'));
  guard[Symbol.dispose]();
  return state;
}

/** Passes the barrier again and again, and gives the indices it got; an error's name ends them. */
export async function passBarrier(barrier: BarrierLike, rounds: number): Promise<(number | string)[]> {
  const indices: (number | string)[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) indices.push(await barrier.wait());
  } catch (error) {
    indices.push((error as Error).name);
  }
  return indices;
}

/** Passes the barrier once, blocking its thread. */
export function passBarrierSync(barrier: BarrierLike): number | undefined {
  return barrier.waitSync?.();
}

/** Puts items. */
export async function putItems(queue: SimpleQueueLike, items: readonly unknown[]): Promise<void> {
  for (const item of items) await queue.put(item);
}

/** Puts items once a gate is open, blocking its thread. */
export function putItemsSync(
  queue: Pick<QueueLike, 'putSync'>,
  items: readonly unknown[],
  started: string,
  go: string,
): void {
  openFileGate(started);
  passFileGateSync(go);
  for (const item of items) queue.putSync?.(item);
}

/** Takes items. */
export async function getItems(queue: SimpleQueueLike, count: number): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let left = count; left > 0; left -= 1) items.push(await queue.get());
  return items;
}

/** Takes items, blocking its thread. */
export function getItemsSync(queue: SimpleQueueLike, count: number): unknown[] {
  return Array.from({ length: count }, () => queue.getSync?.());
}

/** Takes items and says that each is done. */
export async function workOff(queue: QueueLike, count: number): Promise<void> {
  for (let left = count; left > 0; left -= 1) {
    await queue.get();
    queue.taskDone?.();
  }
}

/** Takes items until the queue is shut down, and gives what it took. */
export async function getUntilShutDown(queue: SimpleQueueLike): Promise<unknown[]> {
  const items: unknown[] = [];
  try {
    for (;;) items.push(await queue.get());
  } catch (error) {
    items.push((error as Error).name);
  }
  return items;
}

export { getImpatiently, takeImpatiently, takePermitsImpatiently } from './impatient-peers.ts';
