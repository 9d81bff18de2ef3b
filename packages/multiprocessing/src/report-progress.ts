import { InvalidStateError } from '@weft/core';
import { runningTask } from './internal/pool-running.ts';

/**
 * Reports something from within a task of a ProcessPoolExecutor, while it runs, to those who called
 * `addProgressCallback` on its future.
 *
 * What a task leaves behind, such as a timer, is no part of it once it is over. Where a worker runs one task at a time, it
 * then counts as part of the task that runs just then; with `concurrency`, each stays part of its own.
 *
 * @param value Anything that can cross.
 * @throws {InvalidStateError} If the caller is not part of such a task.
 * @throws {TransferError} If the value cannot cross.
 * @example
 * export function resize(files: string[]) {
 *   for (const [done, file] of files.entries()) {
 *     console.log(file);
 *     reportProgress(done / files.length);
 *   }
 * }
 */
export function reportProgress(value: unknown): void {
  const task = runningTask();
  if (task === undefined) throw new InvalidStateError('Cannot report progress: no task of an executor runs here');
  task.host.progress(task.id, value);
}
