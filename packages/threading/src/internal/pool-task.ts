import { AsyncLocalStorage } from 'node:async_hooks';
import { setTaskSignal } from '@weft/core/lowlevel';
import type { Results } from './pool-results.ts';

/** What a worker of a pool offers to the code of its tasks. */
export interface TaskHost {
  readonly results: Results;
  /** Whether several tasks run at a time. */
  readonly many: boolean;
  /** Reads what the owner has sent, so that an abort is seen by a task that never awaits. */
  readMail(): void;
}

const storage = new AsyncLocalStorage<number>();
const controllers = new Map<number, AbortController>();
let host: TaskHost | undefined;
let only = -1;

/** Makes this thread a worker of a pool. */
export function setTaskHost(worker: TaskHost): void {
  host = worker;
  setTaskSignal(() => {
    const id = runningTask();
    return id < 0 ? undefined : signalOf(id);
  });
}

/** What this worker offers; `undefined` where this thread is no worker of a pool. */
export function taskHost(): TaskHost | undefined {
  return host;
}

/** The number of the task that the caller belongs to, or -1. */
export function runningTask(): number {
  return host?.many === true ? (storage.getStore() ?? -1) : only;
}

/** Marks the only task of this thread. */
export function setOnlyTask(id: number): void {
  only = id;
}

/** Calls a function as part of one of several tasks. */
export function callWithin<T>(id: number, callback: () => T): T {
  return storage.run(id, callback);
}

/** The signal of a task, made when it is first asked for. */
export function signalOf(id: number): AbortSignal {
  return controllerOf(id).signal;
}

/** Aborts the signal of a task. */
export function abortTask(id: number, reason: unknown): void {
  controllerOf(id).abort(reason);
}

/** The task is over: what it has left behind belongs to none, until the next one runs. */
export function forgetTask(id: number): void {
  only = -1;
  if (controllers.size > 0) controllers.delete(id);
}

function controllerOf(id: number): AbortController {
  let controller = controllers.get(id);
  if (controller === undefined) controllers.set(id, (controller = new AbortController()));
  return controller;
}
