import type { BrokenExecutorError } from '../errors.ts';
import type { PoolSettings } from './pool-options.ts';

/** What a scheduler is told besides the options of its users. */
export interface SchedulerOptions extends PoolSettings {
  /** What the pool is called. */
  readonly name: string;
  /** Makes the error of futures that a dead worker takes along. */
  broken(message: string, options?: ErrorOptions): BrokenExecutorError;
}
