import { InvalidStateError } from '@weft/core';

import { currentTask } from './current-task.ts';

/**
 * A signal that aborts when the current task is cancelled, for foreign code that takes one.
 *
 * After a cancellation a new one is handed out. The next wait of ours throws the CancelledError as well, so the task
 * may hear of it twice; {@link cancellable} delivers it once.
 *
 * @returns A signal that aborts when the task is cancelled.
 * @throws {InvalidStateError} If the caller runs in no task.
 * @example
 * const response = await fetch(url, { signal: currentSignal() });
 */
export function currentSignal(): AbortSignal {
  const task = currentTask();
  if (task === undefined) throw new InvalidStateError('Cannot give a signal: the caller runs in no task');
  return task._signal();
}
