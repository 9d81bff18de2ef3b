import process from 'node:process';
import type { threading } from '@weft/combined';
import { countPrimes } from '../workloads/cpu-bound.ts';

/** When a piece of work happened, in milliseconds of the clock that all threads and processes of a machine share. */
interface Interval {
  start: number;
  end: number;
}

/** Waits for the other thread, then counts primes. */
export function meetAndCompute(barrier: threading.Barrier, limit: number): Interval {
  barrier.waitSync();
  return compute(limit);
}

/** Counts primes and says in which process. */
export function computeAndTell(limit: number): Interval & { pid: number } {
  return { ...compute(limit), pid: process.pid };
}

function compute(limit: number): Interval {
  const start = now();
  countPrimes(limit);
  return { start, end: now() };
}

function now(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
