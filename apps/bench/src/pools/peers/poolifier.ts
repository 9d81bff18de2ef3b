import type { EventEmitter } from 'node:events';
import type { PoolPeer } from '../pool.ts';
import { workerFile } from './file.ts';

/** poolifier's pool of threads. */
export const poolifierThreads: PoolPeer = {
  name: 'poolifier',
  package: 'poolifier',
  role: 'peer',
  open: async (workers) => {
    const { FixedThreadPool, PoolEvents } = await import('poolifier');
    const pool = new FixedThreadPool<unknown, unknown>(workers, workerFile('poolifier-thread'), {
      enableTasksQueue: false,
    });
    await whenReady(pool, PoolEvents.ready);
    return {
      call: (task, value) => pool.execute(value, task),
      close: async () => void pool.destroy(),
    };
  },
  cannot: {
    'blocking call to a worker and back': 'it has no blocking call',
    '1 MB moved there and back': 'a result cannot be moved',
  },
};

/** poolifier's pool of processes, over node:cluster. */
export const poolifierProcesses: PoolPeer = {
  name: 'poolifier',
  package: 'poolifier',
  role: 'peer',
  open: async (workers) => {
    const { FixedClusterPool, PoolEvents } = await import('poolifier');
    const settings = { serialization: 'advanced' } as const;
    const pool = new FixedClusterPool<unknown, unknown>(workers, workerFile('poolifier-process'), { settings });
    await whenReady(pool, PoolEvents.ready);
    return {
      call: (task, value) => pool.execute(value, task),
      close: async () => void pool.destroy(),
    };
  },
  cannot: { 'map of 100,000 numbers': 'its map sends one task an item: it is the tiny tasks again' },
};

// What it says when it is destroyed is not waited for: poolifier 5.3 now and then never says that it is done.
// Of what is handed over before all workers are there, some is now and then never answered.
async function whenReady(pool: ReadyPool, event: string): Promise<void> {
  if (!pool.info.ready) await new Promise((resolve) => pool.emitter?.once(event, resolve));
}

interface ReadyPool {
  readonly info: { readonly ready: boolean };
  readonly emitter?: EventEmitter | undefined;
}
