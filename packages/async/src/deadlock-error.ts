import { ConcurrencyError } from '@weft/core';

import type { TaskReport } from './internal/task-registry.ts';
import type { Task } from './task.ts';

/**
 * Thrown by `run` when tasks wait and nothing is left that could end a wait: no timer, no socket, no process.
 *
 * @example
 * const error = await new Runner().run(() => new Event().wait()).catch((reason) => reason);
 * console.log(error instanceof DeadlockError && error.tasks.length); // 1
 */
export class DeadlockError extends ConcurrencyError {
  static {
    this.prototype.name = 'DeadlockError';
  }
  readonly code = 'ERR_DEADLOCK';
  /** The tasks that wait. */
  readonly tasks: readonly Task[];

  constructor(tasks: readonly Task[]) {
    const lines = tasks.map((task) => `\n  ${describe(task)}`);
    super(
      `Cannot go on: ${tasks.length} pending and nothing left that could wake ${tasks.length === 1 ? 'it' : 'them'}${lines.join('')}`,
    );
    this.tasks = tasks;
  }
}

/** @internal */
export function deadlockReport(error: DeadlockError): TaskReport {
  return { kind: 'deadlock', message: error.message, task: undefined, createdAt: undefined, error };
}

function describe(task: Task): string {
  const site = task._extras?.site;
  return `task '${task.name}' waits ${task._waitsFor() ?? 'for a promise that is not ours'}${site === undefined ? '' : `, created ${site}`}`;
}
