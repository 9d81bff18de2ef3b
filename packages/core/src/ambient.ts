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

let findTask: (() => AmbientTask | undefined) | undefined;

/** Installs the way to find the current task. `@weft/async` does so when its first task starts. */
export function setAmbientTask(find: () => AmbientTask | undefined): void {
  findTask = find;
}

/** The asyncio task in which the caller runs, if there is one. */
export function ambientTask(): AmbientTask | undefined {
  return findTask?.();
}
