import type { CallProfile } from './measure.ts';
import type { MachineCosts, WorkerCosts } from './machine.ts';

/** The ways to do the work, simplest first. */
export const TECHNIQUES = ['sequential', 'asyncio', 'threading', 'multiprocessing', 'combined'] as const;

/** A way to do the work. `combined` is tasks within worker threads: an `AsyncPool` of kind `thread`. */
export type TechniqueChoice = (typeof TECHNIQUES)[number];

/** How long the whole work would take with each technique, in milliseconds; `Infinity` where it cannot be used. */
export type Estimates = Record<TechniqueChoice, number>;

/** The work to be estimated. */
export interface Work {
  call: CallProfile;
  machine: MachineCosts;
  /** How many calls there are. */
  count: number;
  /** Whether another thread or process could make the call. */
  portable: boolean;
}

/** How many tasks of a worker wait at the same time in an `AsyncPool`. */
const TASKS_PER_WORKER = 64;

/** Python's default size of a thread pool, which is ours. */
export function defaultThreads(cores: number): number {
  return Math.min(32, cores + 4);
}

/** Estimates the whole work with each technique from what one call takes and what workers cost. */
export function estimate({ call, machine, count, portable }: Work): Estimates {
  const { cores } = machine;
  const wait = Math.max(0, call.wall - call.cpu);
  const threads = Math.min(count, defaultThreads(cores));
  const processes = Math.min(count, cores);
  const elsewhere = (cost: WorkerCosts, workers: number, atOnce: number): number =>
    portable ? withWorkers({ call, count, cores, wait, cost, workers, atOnce }) : Infinity;
  return {
    sequential: count * call.wall,
    asyncio: call.asynchronous ? count * call.cpu + wait : Infinity,
    threading: elsewhere(machine.threads, threads, 1),
    multiprocessing: elsewhere(machine.processes, processes, 1),
    combined: call.asynchronous ? elsewhere(machine.threads, processes, TASKS_PER_WORKER) : Infinity,
  };
}

interface Crew {
  call: CallProfile;
  count: number;
  cores: number;
  wait: number;
  cost: WorkerCosts;
  workers: number;
  atOnce: number;
}

function withWorkers({ call, count, cores, wait, cost, workers, atOnce }: Crew): number {
  const crossing = cost.dispatch + cost.byte * (call.argumentBytes + call.resultBytes);
  // Workers start side by side, but starting one takes a core's time.
  const start = cost.start * Math.max(1, workers / cores);
  const rounds = Math.ceil(count / (workers * atOnce));
  const computing = (count * call.cpu) / Math.min(workers, cores);
  const waiting = rounds * wait;
  return start + Math.max(computing + wait, waiting + call.cpu, count * crossing);
}
