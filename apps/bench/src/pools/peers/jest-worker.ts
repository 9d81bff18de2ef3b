import type { PoolPeer } from '../pool.ts';
import { workerFile } from './file.ts';

/** jest-worker with threads. */
export const jestWorkerThreads: PoolPeer = jestWorker(true);

/** jest-worker with processes. */
export const jestWorkerProcesses: PoolPeer = jestWorker(false);

function jestWorker(enableWorkerThreads: boolean): PoolPeer {
  return {
    name: 'jest-worker',
    package: 'jest-worker',
    role: 'peer',
    open: async (numWorkers) => {
      const { Worker } = await import('jest-worker');
      const forkOptions = { serialization: 'advanced' } as const;
      const exposedMethods = ['increment', 'echo', 'incrementLater', 'spin', 'grind'];
      const pool = new Worker(workerFile('../tasks'), { numWorkers, enableWorkerThreads, exposedMethods, forkOptions });
      const methods = pool as unknown as Record<string, (value: unknown) => Promise<unknown>>;
      return {
        call: (task, value) => methods[task]?.(value) ?? Promise.reject(new Error(`It has no ${task}`)),
        close: () => pool.end(),
      };
    },
    cannot: {
      'blocking call to a worker and back': 'it has no blocking call',
      'map of 100,000 numbers': 'it has no map',
      '1 MB moved there and back': 'it cannot move',
    },
  };
}
