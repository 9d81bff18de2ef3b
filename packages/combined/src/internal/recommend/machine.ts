import { availableParallelism } from 'node:os';
import { type Task, createTask, currentTask, gather, shield } from '@weft/async';
import type { Executor } from '@weft/core';
import * as multiprocessing from '@weft/multiprocessing';
import * as threading from '@weft/threading';
import { AsyncPool } from '../../async-pool.ts';
import { echo, meet } from './echo.ts';

/** What workers of a kind cost on this machine. Times are in milliseconds. */
export interface WorkerCosts {
  /** From nothing until as many work as start side by side: one on each core, two at most. */
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
  /** Threads that run tasks. */
  combined: WorkerCosts;
}

let known: Task<MachineCosts> | undefined;

/** Measures this machine, once in each process: less than half a second. */
export async function machineCosts(): Promise<MachineCosts> {
  for (;;) {
    const measuring = (known ??= createTask(measureMachine, { name: 'measure the machine' }));
    try {
      // Who is cancelled leaves it to the others who wait for it, now or later.
      return await shield(measuring);
    } catch (error) {
      if (measuring.done() && known === measuring) known = undefined;
      // The end of the run that it was begun in has ended it: then it is begun again here.
      if (!measuring.cancelled() || currentTask()?.cancelling()) throw error;
    }
  }
}

async function measureMachine(): Promise<MachineCosts> {
  const cores = availableParallelism();
  // Starting takes processor time: two that start at once hold each other up where there are two cores.
  const workers = Math.min(2, cores);
  return {
    cores,
    threads: await measureWorkers(workers, () =>
      crewOf(new threading.ThreadPoolExecutor({ maxWorkers: workers }), new threading.Barrier(workers)),
    ),
    processes: await measureWorkers(workers, () =>
      crewOf(new multiprocessing.ProcessPoolExecutor({ maxWorkers: workers }), new multiprocessing.Barrier(workers)),
    ),
    combined: await measureWorkers(workers, () => {
      const pool = new AsyncPool({ kind: 'thread', workers, concurrency: 1 });
      return {
        call: (...call) => pool.apply(...call),
        barrier: new threading.Barrier(workers),
        shutdown: () => pool.shutdown(),
      };
    }),
    tasks: await measureTasks(),
  };
}

/** Workers to be measured, and a barrier for all of them. */
interface Crew {
  call<A extends unknown[], R>(target: (...args: A) => R, ...args: A): PromiseLike<unknown>;
  barrier: threading.Barrier | multiprocessing.Barrier;
  shutdown(): PromiseLike<void>;
}

function crewOf(executor: Executor, barrier: Crew['barrier']): Crew {
  return { call: (...call) => executor.submit(...call), barrier, shutdown: () => executor.shutdown() };
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

async function measureWorkers(workers: number, makeCrew: () => Crew): Promise<WorkerCosts> {
  const begun = performance.now();
  const crew = makeCrew();
  try {
    await Promise.all(Array.from({ length: workers }, () => crew.call(meet, crew.barrier)));
    const start = performance.now() - begun;
    await callMany(crew, TASKS, 1);
    const dispatch = await callMany(crew, TASKS, 1);
    await callMany(crew, PAYLOADS, new Uint8Array(PAYLOAD));
    const payload = await callMany(crew, PAYLOADS, new Uint8Array(PAYLOAD));
    return { start, dispatch, byte: Math.max(0, payload - dispatch) / (2 * PAYLOAD) };
  } finally {
    await crew.shutdown();
  }
}

async function callMany(crew: Crew, count: number, value: unknown): Promise<number> {
  const begun = performance.now();
  await Promise.all(Array.from({ length: count }, () => crew.call(echo, value)));
  return (performance.now() - begun) / count;
}
