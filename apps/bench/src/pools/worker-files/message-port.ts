import { parentPort } from 'node:worker_threads';
import * as tasks from '../tasks.ts';

// The least that a pool of threads can be: a message there, a message back.
parentPort?.on('message', ([id, task, value, moves]: [number, keyof typeof tasks, never, boolean]) => {
  const result: unknown = tasks[task](value);
  if (result instanceof Promise) void result.then((late: unknown) => parentPort?.postMessage([id, late]));
  else parentPort?.postMessage([id, result], moves ? [(result as Uint8Array<ArrayBuffer>).buffer] : []);
});
