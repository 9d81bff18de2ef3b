import type { Executor } from '@weft/core';
import type { Pool, PoolPeer } from '../pool.ts';
import * as tasks from '../tasks.ts';

/** `ThreadPoolExecutor` of @weft/threading. */
export const weftThreads: PoolPeer = {
  name: '@weft/threading',
  package: '@weft/threading',
  role: 'ours',
  open: async (workers) => {
    const { ThreadPoolExecutor, transfer } = await import('@weft/threading');
    const executor = new ThreadPoolExecutor({ maxWorkers: workers });
    return {
      ...asPool(executor),
      callMoved: async (_task, bytes) => {
        echoMoved ??= (await import('../worker-files/weft.ts')).echoMoved;
        return await executor.submit(echoMoved, transfer(bytes, [bytes.buffer]));
      },
      callSync: (task, value) => executor.submitSync(tasks[task] as (value: unknown) => unknown, value),
    };
  },
  cannot: {
    '64 MB there and back': 'measured between processes',
    'map of 100,000 numbers': 'measured between processes',
  },
};

/** `Pool` and `ProcessPoolExecutor` of @weft/multiprocessing. */
export const weftProcesses: PoolPeer = {
  name: '@weft/multiprocessing',
  package: '@weft/multiprocessing',
  role: 'ours',
  open: async (workers) => {
    const { Pool: ProcessPool, ProcessPoolExecutor } = await import('@weft/multiprocessing');
    const executor = new ProcessPoolExecutor({ maxWorkers: workers });
    let pool: InstanceType<typeof ProcessPool> | undefined;
    return {
      ...asPool(executor),
      map: async (task, values) => {
        pool ??= new ProcessPool(workers);
        return await pool.map(tasks[task] as (value: number) => unknown, values);
      },
      close: async () => {
        pool?.terminate();
        await pool?.join();
        await executor.shutdown();
      },
    };
  },
  cannot: {
    '1 MB moved there and back': 'memory cannot move between processes',
    'blocking call to a worker and back': 'only threads share memory with the caller',
  },
};

type Bytes = Uint8Array<ArrayBuffer>;

// Imported when first used: what a program needs for its first result does not include it.
let echoMoved: ((bytes: Bytes) => Bytes) | undefined;

function asPool(executor: Executor): Pool {
  return {
    call: (task, value) => executor.submit(tasks[task] as (value: unknown) => unknown, value),
    close: () => executor.shutdown(),
  };
}
