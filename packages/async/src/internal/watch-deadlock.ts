import { DeadlockError } from '../deadlock-error.ts';
import type { Task } from '../task.ts';
import { FAILED } from './future-state.ts';
import type { TaskRegistry } from './task-registry.ts';

const watched = new Map<Task, TaskRegistry>();

/**
 * Fails a main task when the event loop runs empty while it waits: no timer and no handle is left that could wake it,
 * so Node would leave without a word.
 *
 * @returns Stops watching.
 */
export function onDeadlock(main: Task, registry: TaskRegistry): () => void {
  if (watched.size === 0) process.on('beforeExit', report);
  watched.set(main, registry);
  return () => {
    watched.delete(main);
    if (watched.size === 0) process.off('beforeExit', report);
  };
}

function report(): void {
  for (const [main, registry] of watched) {
    if (main.done()) continue;
    const error = new DeadlockError(registry.tasks());
    const wait = main._wait;
    main._settle(FAILED, error);
    // The body unwinds too, with the same error; its outcome is that of the task already.
    if (wait !== undefined && !(wait instanceof Set)) wait.interrupt(error as never);
  }
}
