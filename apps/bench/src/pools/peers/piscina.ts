import type { PoolPeer } from '../pool.ts';
import { workerFile } from './file.ts';

/** piscina, with one task at a time in each thread, as it is by default. */
export const piscina: PoolPeer = {
  name: 'piscina',
  package: 'piscina',
  role: 'peer',
  open: async (workers) => {
    const { Piscina } = await import('piscina');
    const pool = new Piscina({ filename: workerFile('piscina'), minThreads: workers, maxThreads: workers });
    return {
      call: (task, value) => pool.run(value, { name: task }) as Promise<unknown>,
      callMoved: async (_task, value) =>
        new Uint8Array((await pool.run(value, { name: 'echoMoved', transferList: [value.buffer] })) as ArrayBuffer),
      close: () => pool.destroy(),
    };
  },
  cannot: { 'blocking call to a worker and back': 'it has no blocking call' },
};
