import { type TaskRegistry, outside } from './task-registry.ts';
import { taskStore } from './task-store.ts';

/** The registry of the run that the caller is part of. */
export function currentRegistry(): TaskRegistry {
  return taskStore.getStore()?._list.registry ?? outside;
}
