import { InvalidStateError } from '@weft/core';
import { runningTask, signalOf, taskHost } from './internal/pool-task.ts';

/**
 * The signal of the task that the caller is part of. It aborts when the task's own `signal` aborts or its `timeout`
 * passes: the task then has a moment, the executor's `graceTime`, to end by itself before its worker is ended.
 *
 * A task that computes without awaiting sees the abort if it calls this anew each time it looks.
 *
 * @returns The signal, also for what the task has called.
 * @throws {InvalidStateError} If the caller is not part of a task of a ThreadPoolExecutor.
 * @example
 * export function search(from: number): number | undefined {
 *   for (let i = from; !taskSignal().aborted; i += 1) if (fits(i)) return i;
 *   return undefined;
 * }
 */
export function taskSignal(): AbortSignal {
  const id = runningTask();
  const host = taskHost();
  if (host === undefined || id < 0)
    throw new InvalidStateError('Cannot give the signal: no task of an executor runs here');
  host.readMail();
  return signalOf(id);
}
