let findSignal: (() => AbortSignal | undefined) | undefined;

/** Tells how to find the signal of the task that a pool's worker runs. The worker does so when it starts. */
export function setTaskSignal(find: () => AbortSignal | undefined): void {
  findSignal = find;
}

/**
 * The signal of the pool's task that the caller belongs to: it aborts when the task is to end by itself, because its own
 * signal aborted or its time ran out. `undefined` outside of a pool's tasks.
 */
export function currentTaskSignal(): AbortSignal | undefined {
  return findSignal?.();
}
