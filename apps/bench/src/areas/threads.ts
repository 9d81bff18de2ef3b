import type { BenchCase } from '../bench-case.ts';
import { poolCases } from '../pools/cases.ts';
import { jestWorkerThreads } from '../pools/peers/jest-worker.ts';
import { messagePort } from '../pools/peers/message-port.ts';
import { multithreading } from '../pools/peers/multithreading.ts';
import { weftThreads } from '../pools/peers/ours.ts';
import { piscina } from '../pools/peers/piscina.ts';
import { poolifierThreads } from '../pools/peers/poolifier.ts';
import { synckit } from '../pools/peers/synckit.ts';
import { tinypoolThreads } from '../pools/peers/tinypool.ts';
import { workerpoolThreads } from '../pools/peers/workerpool.ts';

/** Pools of two threads. */
export const threads: BenchCase[] = poolCases(
  'threads',
  [
    weftThreads,
    piscina,
    tinypoolThreads,
    workerpoolThreads,
    poolifierThreads,
    jestWorkerThreads,
    multithreading,
    messagePort,
  ],
  { 'blocking call to a worker and back': [synckit] },
);
