import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { check } from '../bench-case.ts';
import type { Item } from './item.ts';

const producer = fileURLToPath(new URL('./producer.js', import.meta.url));

/** Numbers from a worker thread, a message each, in milliseconds. */
export async function messagesFromThread(count: number): Promise<number> {
  return await fromThread(count, false);
}

/** Objects from a worker thread, a message each, in milliseconds. */
export async function objectsFromThread(count: number): Promise<number> {
  return await fromThread(count, true);
}

async function fromThread(count: number, objects: boolean): Promise<number> {
  const worker = new Worker(producer, { workerData: { count, objects } });
  const elapsed = await receive(count, (take) =>
    worker.on('message', (item: Item | number) => take(typeof item === 'number' ? item : item.id)),
  );
  await worker.terminate();
  return elapsed;
}

/** Numbers from a child process, a message each, in milliseconds. */
export async function messagesFromProcess(count: number): Promise<number> {
  const child = fork(producer, [String(count)], { serialization: 'advanced' });
  const elapsed = await receive(count, (take) => child.on('message', take));
  child.kill();
  return elapsed;
}

// Only the second half is timed, so that neither starting the producer nor warming up counts.
function receive(count: number, subscribe: (take: (item: unknown) => void) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    let next = 0;
    let begun = 0;
    subscribe((item) => {
      try {
        check(item, next, 'a message');
      } catch (error) {
        reject(error as Error);
      }
      next += 1;
      if (next === count) begun = performance.now();
      if (next === count * 2) resolve(performance.now() - begun);
    });
  });
}
