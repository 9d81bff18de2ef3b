import { InvalidStateError } from '@weft/core';
import { runningTask, signalOf } from './internal/pool-running.ts';

/**
 * The signal of the task that the caller is part of. It aborts when the task's own `signal` aborts or its `timeout`
 * passes: the task then has a moment, the executor's `graceTime`, to end by itself before its process is ended.
 *
 * A process hears of it only while it awaits something: one that computes on is ended.
 *
 * @returns The signal, also for what the task has called.
 * @throws {InvalidStateError} If the caller is not part of a task of a ProcessPoolExecutor.
 * @example
 * export async function download(url: string) {
 *   const response = await fetch(url, { signal: taskSignal() });
 *   return response.text();
 * }
 */
export function taskSignal(): AbortSignal {
  const task = runningTask();
  if (task === undefined) throw new InvalidStateError('Cannot give the signal: no task of an executor runs here');
  return signalOf(task.id);
}
