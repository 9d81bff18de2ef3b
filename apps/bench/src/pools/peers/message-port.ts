import type { PoolPeer } from '../pool.ts';
import { workerFile } from './file.ts';

/** Bare worker threads and postMessage, in turn. */
export const messagePort: PoolPeer = {
  name: 'bare MessagePort',
  role: 'floor',
  open: async (count) => {
    const { Worker } = await import('node:worker_threads');
    const workers = Array.from({ length: count }, () => new Worker(workerFile('message-port')));
    const pending = new Map<number, (value: unknown) => void>();
    let next = 0;
    for (const worker of workers) {
      worker.on('message', ([id, result]: [number, unknown]) => {
        pending.get(id)?.(result);
        pending.delete(id);
      });
    }
    const send = (task: string, value: unknown, moved: ArrayBuffer[]): Promise<unknown> =>
      new Promise((resolve) => {
        pending.set(next, resolve);
        workers[next % count]?.postMessage([next, task, value, moved.length > 0], moved);
        next += 1;
      });
    return {
      call: (task, value) => send(task, value, []),
      callMoved: (task, value) => send(task, value, [value.buffer]) as Promise<Uint8Array>,
      close: () => Promise.all(workers.map((worker) => worker.terminate())),
    };
  },
  cannot: { 'blocking call to a worker and back': 'a port wakes an event loop, not a blocked thread' },
};
