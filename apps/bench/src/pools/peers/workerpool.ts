import type { PoolPeer } from '../pool.ts';
import { workerFile } from './file.ts';

/** workerpool with threads. */
export const workerpoolThreads: PoolPeer = workerpool('thread');

/** workerpool with processes. */
export const workerpoolProcesses: PoolPeer = workerpool('process');

function workerpool(workerType: 'thread' | 'process'): PoolPeer {
  return {
    name: 'workerpool',
    package: 'workerpool',
    role: 'peer',
    open: async (workers) => {
      const { default: library } = await import('workerpool');
      const forkOpts = { serialization: 'advanced' } as const;
      const pool = library.pool(workerFile('workerpool'), {
        workerType,
        minWorkers: workers,
        maxWorkers: workers,
        forkOpts,
      });
      return {
        call: (task, value) => pool.exec(task, [value]) as PromiseLike<unknown>,
        callMoved: async (_task, value) =>
          (await pool.exec('echoMoved', [value], { transfer: [value.buffer] })) as Uint8Array,
        close: async () => {
          await pool.terminate();
        },
      };
    },
    cannot: {
      'blocking call to a worker and back': 'it has no blocking call',
      'map of 100,000 numbers': 'it has no map',
    },
  };
}
