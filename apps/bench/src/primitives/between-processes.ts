import type { Barrier, Lock, Queue, SharedArray } from '@weft/multiprocessing';
import { check } from '../bench-case.ts';
import { noteSpan, now, spanOf } from './span.ts';

/** Adds one to a shared number, under a lock, many times, and once more to be timed: run by two processes. */
export function countUnderLock(
  lock: Lock,
  total: SharedArray,
  span: SharedArray<'d'>,
  times: number,
  line: Barrier,
): void {
  const numbers = total.typedArray;
  let begun = 0;
  for (const _ of ['to warm up', 'to be timed']) {
    line.waitSync();
    begun = now();
    for (let i = 0; i < times; i += 1) {
      lock.acquireSync();
      numbers[0] = Number(numbers[0]) + 1;
      lock.release();
    }
  }
  lock.acquireSync();
  noteSpan(span.typedArray, begun);
  lock.release();
}

/** Puts numbers into a queue: run by a process. */
export function produce(queue: Queue<number>, count: number): void {
  for (let i = 0; i < count; i += 1) queue.putSync(i);
}

/** Two processes that want one lock. */
export async function contendedLock(times: number): Promise<number> {
  const multiprocessing = await import('@weft/multiprocessing');
  const lock = new multiprocessing.Lock();
  const total = new multiprocessing.SharedArray('i', 1, { lock: false });
  const span = new multiprocessing.SharedArray('d', 2, { lock: false });
  const line = new multiprocessing.Barrier(2);
  const args: Parameters<typeof countUnderLock> = [lock, total, span, times / 2, line];
  const children = [0, 1].map(() => new multiprocessing.Process({ target: countUnderLock, args }).start());
  for (const child of children) await child.join();
  check(Number(total.typedArray[0]), times * 2, 'counting under a lock');
  return spanOf(span.typedArray);
}

/** A process that puts, while this one takes and blocks; the first half is to warm up. */
export async function queueBetweenProcesses(count: number): Promise<number> {
  const { Process, Queue: ProcessQueue } = await import('@weft/multiprocessing');
  const queue = new ProcessQueue<number>(1_000);
  const child = new Process({ target: produce, args: [queue, count * 2] }).start();
  for (let i = 0; i < count; i += 1) check(queue.getSync(), i, 'an item');
  const begun = performance.now();
  for (let i = count; i < count * 2; i += 1) check(queue.getSync(), i, 'an item');
  const elapsed = performance.now() - begun;
  await child.join();
  return elapsed;
}
