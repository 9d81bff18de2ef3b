import { AsyncLocalStorage } from 'node:async_hooks';
import { setTaskSignal } from '@weft/core/lowlevel';

/** What a worker offers to the task that runs in it. */
export interface TaskHost {
  progress(id: number, value: unknown): void;
}

let host: TaskHost | undefined;
let current = -1;
let several: AsyncLocalStorage<number> | undefined;
const controllers = new Map<number, AbortController>();

/** Makes this process a worker, which runs so many tasks at a time. */
export function hostTasks(made: TaskHost, concurrency: number): void {
  host = made;
  // One at a time needs no storage that follows each of its awaits.
  if (concurrency > 1) several = new AsyncLocalStorage();
  setTaskSignal(() => {
    const task = runningTask();
    return task === undefined ? undefined : signalOf(task.id);
  });
}

/** Who offers something to the task that the caller is part of, and the task's id. */
export function runningTask(): { host: TaskHost; id: number } | undefined {
  const id = several?.getStore() ?? current;
  return host === undefined || id < 0 ? undefined : { host, id };
}

/** Runs a part of a task. */
export function runAs<R>(id: number, body: () => R): R {
  if (several !== undefined) return several.run(id, body);
  current = id;
  return body();
}

/** Marks the task that numbers alone are passed to, which is the only one that runs. */
export function enterTask(id: number): void {
  current = id;
}

/** The task is over. */
export function leaveTask(id: number): void {
  if (current === id) current = -1;
  if (controllers.size > 0) controllers.delete(id);
}

/** The signal of a running task. */
export function signalOf(id: number): AbortSignal {
  let controller = controllers.get(id);
  if (controller === undefined) controllers.set(id, (controller = new AbortController()));
  return controller.signal;
}

/** Asks a task to end by itself. */
export function abortTask(id: number, reason: unknown): void {
  signalOf(id);
  controllers.get(id)?.abort(reason);
}
