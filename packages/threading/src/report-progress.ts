import { InvalidStateError } from '@weft/core';
import { pack } from '@weft/core/lowlevel';
import { Kind } from './internal/pool-codec.ts';
import { runningTask, taskHost } from './internal/pool-task.ts';

/**
 * Reports something from within a task of a ThreadPoolExecutor, while it runs, to those who called
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
 *     resizeOne(file);
 *     reportProgress(done / files.length);
 *   }
 * }
 */
export function reportProgress(value: unknown): void {
  const id = runningTask();
  const host = taskHost();
  if (host === undefined || id < 0)
    throw new InvalidStateError('Cannot report progress: no task of an executor runs here');
  host.results.note(id, Kind.Progress, pack(value, 'thread', 'progress'));
}
