import { monitorEventLoopDelay } from 'node:perf_hooks';
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { childrenOf, cpuSecondsOf } from '../measure/process-tree.ts';
import { wallTime } from '../measure/stopwatch.ts';

const NANOSECONDS = 1e6;
const MICROSECONDS = 1e6;

/** One measurement of one piece of work. */
export interface Reading {
  /** Milliseconds. */
  wall: number;
  /** Seconds of all threads and child processes. */
  cpu: number;
  /** Milliseconds that the event loop stood still at most. */
  loopDelay: number;
}

/** Measures a piece of work: how long it takes, what it costs, and whether the event loop could go on meanwhile. */
export async function gauge(work: () => Promise<unknown>): Promise<Reading> {
  const children = await childrenOf(process.pid);
  const before = await cpuUsed(children);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  // The histogram counts from its second tick on.
  await setImmediate();
  const wall = await wallTime(work);
  await setImmediate();
  delay.disable();
  return { wall, cpu: (await cpuUsed(children)) - before, loopDelay: longest(delay, wall) };
}

/** A loop that stood still during the whole measurement has not ticked at all. */
function longest(delay: ReturnType<typeof monitorEventLoopDelay>, wall: number): number {
  return delay.count === 0 ? wall : delay.max / NANOSECONDS;
}

async function cpuUsed(children: readonly number[]): Promise<number> {
  const { user, system } = process.cpuUsage();
  const others = await Promise.all(children.map(cpuSecondsOf));
  return others.reduce((total, seconds) => total + seconds, (user + system) / MICROSECONDS);
}
