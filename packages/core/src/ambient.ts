/** The asyncio task in which code runs, as far as a wait needs to know it. */
export interface AmbientTask {
  /**
   * Tells that the task now waits, so that cancelling the task ends the wait.
   *
   * @param cancel Called at most once, with the error that the wait must reject with. It answers whether the wait
   *   took the cancellation: `false` if the wait has just been granted, so that the task must deliver it later.
   * @param action What is waited for, as an infinitive, for those who look at the task.
   * @returns Tells that the wait is over.
   * @throws The error to reject with, if the task has a cancellation pending already.
   */
  enterWait(cancel: (error: unknown) => boolean, action?: string): () => void;
}

type Leave = <T>(body: () => T) => T;

const stay: Leave = (body) => body();

let findTask: (() => AmbientTask | undefined) | undefined;
let leaveTask: Leave = stay;

/**
 * Installs the way to find the current task. `@weft/async` does so when its first task starts.
 *
 * @param leave Runs code so that it belongs to no task.
 */
export function setAmbientTask(find: () => AmbientTask | undefined, leave: Leave = stay): void {
  findTask = find;
  leaveTask = leave;
}

/** The asyncio task in which the caller runs, if there is one. */
export function ambientTask(): AmbientTask | undefined {
  return findTask?.();
}

/** Runs code that several callers share as part of no task: its waits do not end with the task that came first. */
export function outsideTasks<T>(body: () => T): T {
  return leaveTask(body);
}
