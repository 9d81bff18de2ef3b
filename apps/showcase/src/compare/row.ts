import type { Summary } from '../measure/statistics.ts';
import type { TechniqueName } from '../techniques/technique.ts';

/** The two kinds of work that the tutorial tells apart. */
export type WorkloadName = 'I/O-bound' | 'CPU-bound';

/** What one technique needed for one workload. */
export interface ComparisonRow {
  technique: TechniqueName;
  workload: WorkloadName;
  workers: number;
  /** Milliseconds from the first call to the last result, workers being ready. */
  wallTime: Summary;
  /** How many times faster than one after the other, round by round. */
  speedup: Summary;
  /** Speedup by worker. */
  efficiency: number;
  /** Processor time of all threads and processes together, in seconds. */
  cpuSeconds: Summary;
  /** How long the main thread's event loop stood still at most, in milliseconds. */
  loopDelay: Summary;
  /** What crossed to the workers and back: arguments and results. */
  bytesSerialized: number;
}

/** What it takes to have one more worker of a technique. */
export interface StartCost {
  technique: TechniqueName;
  /** Milliseconds from nothing to the first result. */
  coldStart: Summary;
  /** Milliseconds to a result from a worker that is ready. */
  warmStart: Summary;
  /** Bytes (PSS) that one more thread, process or task adds that waits; undefined if there is nothing to add. */
  memoryPerWorker: number | undefined;
}

/** The measured comparison of all techniques. */
export interface Comparison {
  rows: ComparisonRow[];
  startCosts: StartCost[];
}
