import type { Barrier, Lock, Queue } from '@weft/threading';
import { check } from '../bench-case.ts';
import { type Item, itemOf } from '../floors/item.ts';
import { noteSpan, now, spanOf } from './span.ts';

/** Adds one to a shared number, under a lock, many times, and once more to be timed: run by two threads. */
export function countUnderLock(lock: Lock, memory: SharedArrayBuffer, times: number, line: Barrier): void {
  const total = new Int32Array(memory);
  let begun = 0;
  for (const _ of ['to warm up', 'to be timed']) {
    line.waitSync();
    begun = now();
    for (let i = 0; i < times; i += 1) {
      lock.acquireSync();
      total[0] = (total[0] ?? 0) + 1;
      lock.release();
    }
  }
  lock.acquireSync();
  noteSpan(new Float64Array(memory, 8), begun);
  lock.release();
}

/** Puts numbers into a queue: run by a thread. */
export function produce(queue: Queue<number>, count: number): void {
  for (let i = 0; i < count; i += 1) queue.putSync(i);
}

/** Puts objects into a queue: run by a thread. */
export function produceObjects(queue: Queue<Item>, count: number): void {
  for (let i = 0; i < count; i += 1) queue.putSync(itemOf(i));
}

/** Two threads that want one lock. */
export async function contendedLock(times: number): Promise<number> {
  const { Barrier: ThreadBarrier, Lock: ThreadLock, Thread } = await import('@weft/threading');
  const lock = new ThreadLock();
  const memory = new SharedArrayBuffer(24);
  const args: [Lock, SharedArrayBuffer, number, Barrier] = [lock, memory, times / 2, new ThreadBarrier(2)];
  const threads = [0, 1].map(() => new Thread({ target: countUnderLock, args }).start());
  for (const thread of threads) await thread.join();
  check(new Int32Array(memory)[0], times * 2, 'counting under a lock');
  return spanOf(new Float64Array(memory, 8));
}

/** A thread that puts, while this one takes and blocks; the first half is to warm up. */
export async function queueBetweenThreads(count: number): Promise<number> {
  const { Queue: ThreadQueue, Thread } = await import('@weft/threading');
  const queue = new ThreadQueue<number>(1_000);
  const thread = new Thread({ target: produce, args: [queue, count * 2] }).start();
  for (let i = 0; i < count; i += 1) check(queue.getSync(), i, 'an item');
  const begun = performance.now();
  for (let i = count; i < count * 2; i += 1) check(queue.getSync(), i, 'an item');
  const elapsed = performance.now() - begun;
  await thread.join();
  return elapsed;
}

/** The same with objects. */
export async function objectsBetweenThreads(count: number): Promise<number> {
  const { Queue: ThreadQueue, Thread } = await import('@weft/threading');
  const queue = new ThreadQueue<Item>(1_000);
  const thread = new Thread({ target: produceObjects, args: [queue, count * 2] }).start();
  for (let i = 0; i < count; i += 1) check(queue.getSync().id, i, 'an item');
  const begun = performance.now();
  for (let i = count; i < count * 2; i += 1) check(queue.getSync().id, i, 'an item');
  const elapsed = performance.now() - begun;
  await thread.join();
  return elapsed;
}
