import type { BenchCase } from '../bench-case.ts';
import { poolCases } from '../pools/cases.ts';
import { jestWorkerProcesses } from '../pools/peers/jest-worker.ts';
import { weftProcesses } from '../pools/peers/ours.ts';
import { poolifierProcesses } from '../pools/peers/poolifier.ts';
import { processSend } from '../pools/peers/process-send.ts';
import { tinypoolProcesses } from '../pools/peers/tinypool.ts';
import { workerpoolProcesses } from '../pools/peers/workerpool.ts';
import { wholeProgram } from '../programs/whole-program.ts';
import { python } from '../python.ts';

/** Pools of two processes. */
export const processes: BenchCase[] = [
  ...poolCases(
    'processes',
    [weftProcesses, tinypoolProcesses, workerpoolProcesses, poolifierProcesses, jestWorkerProcesses, processSend],
    {
      'tiny tasks, 1,000 in flight': [
        python('Python Pool', 'pool_tiny'),
        python('Python ProcessPoolExecutor', 'executor_tiny'),
      ],
      'one in flight, p50': [python('Python Pool', 'pool_latency')],
      '1 KB string there and back': [python('Python Pool', 'pool_string')],
      '1 MB copied there and back': [python('Python Pool', 'pool_megabyte')],
      '64 MB there and back': [python('Python Pool', 'pool_64_megabytes')],
      'map of 100,000 numbers': [python('Python Pool (fork)', 'pool_map')],
      'cold start to first result': [
        python('Python Pool (fork)', 'cold_fork'),
        python('Python Pool (spawn)', 'cold_spawn'),
      ],
    },
  ),
  wholeProgram,
];
