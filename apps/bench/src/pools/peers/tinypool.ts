import type { PoolPeer } from '../pool.ts';
import { workerFile } from './file.ts';

/** tinypool with threads. */
export const tinypoolThreads: PoolPeer = tinypool('worker_threads');

/** tinypool with processes. */
export const tinypoolProcesses: PoolPeer = tinypool('child_process');

function tinypool(runtime: 'worker_threads' | 'child_process'): PoolPeer {
  return {
    name: 'tinypool',
    package: 'tinypool',
    role: 'peer',
    open: async (workers) => {
      const { Tinypool } = await import('tinypool');
      const pool = new Tinypool({ filename: workerFile('piscina'), runtime, minThreads: workers, maxThreads: workers });
      return {
        call: (task, value) => pool.run(value, { name: task }) as Promise<unknown>,
        callMoved: async (_task, value) =>
          (await pool.run(value, { name: 'echo', transferList: [value.buffer] })) as Uint8Array,
        close: () => pool.destroy(),
      };
    },
    cannot: {
      'blocking call to a worker and back': 'it has no blocking call',
      'map of 100,000 numbers': 'it has no map',
      ...(runtime === 'child_process'
        ? {
            '64 MB there and back': 'its messages are JSON: bytes arrive as an object',
            '1 MB copied there and back': 'its messages are JSON: bytes arrive as an object',
          }
        : {}),
    },
  };
}
