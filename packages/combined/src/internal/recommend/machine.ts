import { availableParallelism } from 'node:os';
import { gather } from '@weft/async';
import { ProcessPoolExecutor } from '@weft/multiprocessing';
import { ThreadPoolExecutor } from '@weft/threading';
import type { Executor } from '@weft/core';
import { echo } from './echo.ts';

/** What workers of a kind cost on this machine. Times are in milliseconds. */
export interface WorkerCosts {
  /** From nothing to the first result. */
  start: number;
  /** Handing a task over and its result back. */
  dispatch: number;
  /** For each byte that crosses. */
  byte: number;
}

/** What tasks cost on this machine, in milliseconds. */
export interface TaskCosts {
  /** From nothing to the first result. */
  start: number;
  /** Each task. */
  dispatch: number;
}

/** What this machine offers and asks. */
export interface MachineCosts {
  cores: number;
  tasks: TaskCosts;
  threads: WorkerCosts;
  processes: WorkerCosts;
}

let known: Promise<MachineCosts> | undefined;

/** Measures this machine, once in each process: about a quarter of a second. */
export function machineCosts(): Promise<MachineCosts> {
  known ??= measureMachine();
  return known;
}

async function measureMachine(): Promise<MachineCosts> {
  const threads = await measureWorkers(() => new ThreadPoolExecutor({ maxWorkers: 1 }));
  const processes = await measureWorkers(() => new ProcessPoolExecutor({ maxWorkers: 1 }));
  return { cores: availableParallelism(), tasks: await measureTasks(), threads, processes };
}

async function measureTasks(): Promise<TaskCosts> {
  const begun = performance.now();
  await gather(async () => {});
  const start = performance.now() - begun;
  const many = performance.now();
  await gather(...Array.from({ length: TASKS }, () => async () => {}));
  return { start, dispatch: (performance.now() - many) / TASKS };
}

const TASKS = 500;
const PAYLOAD = 256 * 1024;
const PAYLOADS = 8;

async function measureWorkers(make: () => Executor): Promise<WorkerCosts> {
  const begun = performance.now();
  const executor = make();
  try {
    await executor.submit(echo, 0);
    const start = performance.now() - begun;
    await callMany(executor, TASKS, 1);
    const dispatch = await callMany(executor, TASKS, 1);
    await callMany(executor, PAYLOADS, new Uint8Array(PAYLOAD));
    const payload = await callMany(executor, PAYLOADS, new Uint8Array(PAYLOAD));
    return { start, dispatch, byte: Math.max(0, payload - dispatch) / (2 * PAYLOAD) };
  } finally {
    await executor.shutdown();
  }
}

async function callMany(executor: Executor, count: number, value: unknown): Promise<number> {
  const begun = performance.now();
  await Promise.all(Array.from({ length: count }, () => executor.submit(echo, value)));
  return (performance.now() - begun) / count;
}
