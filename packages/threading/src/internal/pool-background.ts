let base = Infinity;

/** From now on, what this thread's event loop waits for counts as somebody's. */
export function noteBackground(): void {
  base = process.getActiveResourcesInfo().length;
}

/** Whether the event loop waits for something that a task has left behind, so that this thread must not block. */
export function hasBackground(): boolean {
  return process.getActiveResourcesInfo().length > base;
}
