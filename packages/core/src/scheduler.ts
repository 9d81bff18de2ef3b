/** What the owner of a pool needs of core, and its workers do not: they would load it each time that one starts. */
// All that the doors share is in the file of that one.
import './lowlevel.ts';
export { Histogram } from './scheduler/histogram.ts';
export { PoolExecutor } from './scheduler/pool-executor.ts';
export { type PoolOptions, type PoolSettings, checkPoolOptions } from './scheduler/pool-options.ts';
export { Scheduler } from './scheduler/scheduler.ts';
export type { SchedulerOptions } from './scheduler/scheduler-options.ts';
export type { Task } from './scheduler/task.ts';
export type { Transport, TransportEvents, Usage, WorkerExit, WorkerLimits } from './scheduler/transport.ts';
