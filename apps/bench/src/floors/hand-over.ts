import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';

/** A token that goes to a thread and back by messages: what handing a lock over costs without shared memory. */
export async function handOverByMessages(times: number): Promise<number> {
  const worker = new Worker(fileURLToPath(new URL('./token-keeper.js', import.meta.url)));
  let left = times;
  let begun = 0;
  await new Promise<void>((resolve) => {
    worker.on('message', () => {
      left -= 1;
      // The first half is to warm up.
      if (left === times / 2) begun = performance.now();
      if (left > 0) worker.postMessage(0);
      else resolve();
    });
    worker.postMessage(0);
  });
  const elapsed = performance.now() - begun;
  await worker.terminate();
  return elapsed;
}
