import { parentPort, workerData } from 'node:worker_threads';

// Sends numbers to whoever started it: a thread's parent, or a process's.
const count = Number(parentPort === null ? process.argv[2] : workerData);
for (let i = 0; i <= count; i += 1) {
  if (parentPort !== null) parentPort.postMessage(i);
  else await new Promise((resolve) => process.send?.(i, resolve));
}
