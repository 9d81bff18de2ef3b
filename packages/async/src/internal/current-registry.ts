import type { Task } from '../task.ts';
import { type TaskRegistry, outside } from './task-registry.ts';
import { taskStore } from './task-store.ts';

/** The registry of the run that the caller is part of. */
export function currentRegistry(): TaskRegistry {
  return registryOf(taskStore.getStore());
}

/** The registry of a task's run. What a run that is over left behind belongs to no run. */
export function registryOf(task: Task | undefined): TaskRegistry {
  const registry = task?._list.registry;
  return registry === undefined || registry.closed ? outside : registry;
}
