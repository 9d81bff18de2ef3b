import { WAITING } from './internal/future-state.ts';
import { registries } from './internal/task-registry.ts';
import { taskStore } from './internal/task-store.ts';
import type { Task } from './task.ts';

/**
 * The task that the caller runs in, `undefined` outside of any.
 *
 * @returns The task; `undefined` outside of any.
 * @see https://docs.python.org/3/library/asyncio-task.html#asyncio.current_task
 * @example
 * console.log(currentTask()?.name);
 */
export function currentTask(): Task | undefined {
  const task = taskStore.getStore();
  // What a task left behind, such as a timer's callback, runs in no task any more.
  return task?._state === WAITING ? task : undefined;
}

/**
 * The tasks of the current run that are not done; outside of any task, those of all runs.
 *
 * @returns A new set.
 * @see https://docs.python.org/3/library/asyncio-task.html#asyncio.all_tasks
 * @example
 * for (const task of allTasks()) console.log(task);
 */
export function allTasks(): Set<Task> {
  const task = currentTask();
  if (task !== undefined) return new Set(task._list.registry.tasks());
  return new Set([...registries()].flatMap((registry) => registry.tasks()));
}
