import { parentPort, workerData } from 'node:worker_threads';
import { itemOf } from './item.ts';

// Sends twice as many numbers as are timed to whoever started it: a thread's parent, or a process's.
const { count, objects } = (workerData ?? { count: Number(process.argv[2]) }) as { count: number; objects?: boolean };
for (let i = 0; i < count * 2; i += 1) {
  if (parentPort !== null) parentPort.postMessage(objects ? itemOf(i) : i);
  else await new Promise((resolve) => process.send?.(i, resolve));
}
