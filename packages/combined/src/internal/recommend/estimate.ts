import type { CallProfile } from './measure.ts';
import type { MachineCosts, WorkerCosts } from './machine.ts';
import type { Obstacles } from './obstacles.ts';

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
  obstacles: Obstacles;
}

/** How many tasks of a worker wait at the same time in an `AsyncPool`. */
const TASKS_PER_WORKER = 64;

/** Python's default size of a thread pool, which is ours. */
export function defaultThreads(cores: number): number {
  return Math.min(32, cores + 4);
}

/** Estimates the whole work with each technique from what one call takes and what tasks and workers cost. */
export function estimate({ call, machine, count, obstacles }: Work): Estimates {
  const { cores, tasks } = machine;
  const threads = Math.min(count, defaultThreads(cores));
  const processes = Math.min(count, cores);
  const elsewhere = (kind: 'threads' | 'processes' | 'combined', workers: number, atOnce: number): number =>
    obstacles[kind === 'combined' ? 'threads' : kind] === undefined
      ? withWorkers({ call, count, cores, cost: machine[kind], workers, atOnce })
      : Infinity;
  return {
    sequential: count * call.wall,
    asyncio: call.asynchronous
      ? tasks.start + count * (call.blocked + tasks.dispatch) + (call.wall - call.blocked)
      : Infinity,
    threading: elsewhere('threads', threads, 1),
    multiprocessing: elsewhere('processes', processes, 1),
    combined: call.asynchronous ? elsewhere('combined', processes, TASKS_PER_WORKER) : Infinity,
  };
}

interface Crew {
  call: CallProfile;
  count: number;
  cores: number;
  cost: WorkerCosts;
  workers: number;
  atOnce: number;
}

function withWorkers({ call, count, cores, cost, workers, atOnce }: Crew): number {
  const { cpu, wall } = call;
  const wait = wall - cpu;
  const crossing = cost.dispatch + cost.byte * (call.argumentBytes + call.resultBytes);
  // Workers start side by side, but starting one takes a core's time.
  const start = cost.start * Math.max(1, workers / cores);
  const each = Math.ceil(count / workers);
  // Whatever is slowest sets the pace: a worker, which computes for one call at a time and waits for as many as it may;
  // all cores, which compute for the calls and the crossings alike; or this thread, through which everything crosses.
  const worker = each * cpu + Math.ceil(each / atOnce) * wait;
  const machine = (count * (cpu + crossing)) / Math.min(workers, cores) + wait;
  const here = count * crossing + wall;
  return start + Math.max(worker, machine, here);
}
