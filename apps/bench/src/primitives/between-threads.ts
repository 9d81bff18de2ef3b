import type { Lock, Queue } from '@weft/threading';
import { check } from '../bench-case.ts';

/** Adds one to a shared number, under a lock, many times: run by two threads. */
export function countUnderLock(lock: Lock, memory: SharedArrayBuffer, times: number): void {
  const total = new Int32Array(memory);
  for (let i = 0; i < times; i += 1) {
    lock.acquireSync();
    total[0] = (total[0] ?? 0) + 1;
    lock.release();
  }
}

/** Puts numbers into a queue: run by a thread. */
export function produce(queue: Queue<number>, count: number): void {
  for (let i = 0; i < count; i += 1) queue.putSync(i);
}

/** Two threads that want one lock. */
export async function contendedLock(times: number): Promise<number> {
  const { Lock: ThreadLock, Thread } = await import('@weft/threading');
  const lock = new ThreadLock();
  const memory = new SharedArrayBuffer(4);
  const begun = performance.now();
  const threads = [0, 1].map(() => new Thread({ target: countUnderLock, args: [lock, memory, times / 2] }).start());
  for (const thread of threads) await thread.join();
  const elapsed = performance.now() - begun;
  check(new Int32Array(memory)[0], times, 'counting under a lock');
  return elapsed;
}

/** A thread that puts, while this one takes and blocks. */
export async function queueBetweenThreads(count: number): Promise<number> {
  const { Queue: ThreadQueue, Thread } = await import('@weft/threading');
  const queue = new ThreadQueue<number>(1_000);
  const thread = new Thread({ target: produce, args: [queue, count + 1] }).start();
  check(queue.getSync(), 0, 'the first item');
  const begun = performance.now();
  for (let i = 1; i <= count; i += 1) check(queue.getSync(), i, 'an item');
  const elapsed = performance.now() - begun;
  await thread.join();
  return elapsed;
}
