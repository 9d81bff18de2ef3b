import type { Lock, Queue, SharedArray } from '@weft/multiprocessing';
import { check } from '../bench-case.ts';

/** Adds one to a shared number, under a lock, many times: run by two processes. */
export function countUnderLock(lock: Lock, total: SharedArray, times: number): void {
  const numbers = total.typedArray;
  for (let i = 0; i < times; i += 1) {
    lock.acquireSync();
    numbers[0] = Number(numbers[0]) + 1;
    lock.release();
  }
}

/** Puts numbers into a queue: run by a process. */
export function produce(queue: Queue<number>, count: number): void {
  for (let i = 0; i < count; i += 1) queue.putSync(i);
}

/** Two processes that want one lock. */
export async function contendedLock(times: number): Promise<number> {
  const { Lock: ProcessLock, Process, SharedArray: Shared } = await import('@weft/multiprocessing');
  const lock = new ProcessLock();
  const total = new Shared('i', 1, { lock: false });
  const begun = performance.now();
  const children = [0, 1].map(() => new Process({ target: countUnderLock, args: [lock, total, times / 2] }).start());
  for (const child of children) await child.join();
  const elapsed = performance.now() - begun;
  check(Number(total.typedArray[0]), times, 'counting under a lock');
  return elapsed;
}

/** A process that puts, while this one takes and blocks. */
export async function queueBetweenProcesses(count: number): Promise<number> {
  const { Process, Queue: ProcessQueue } = await import('@weft/multiprocessing');
  const queue = new ProcessQueue<number>(1_000);
  const child = new Process({ target: produce, args: [queue, count + 1] }).start();
  check(queue.getSync(), 0, 'the first item');
  const begun = performance.now();
  for (let i = 1; i <= count; i += 1) check(queue.getSync(), i, 'an item');
  const elapsed = performance.now() - begun;
  await child.join();
  return elapsed;
}
