const listeners = new Set<() => void>();

/**
 * Calls back each time the event loop runs empty: no timer and no handle is left, and the process is about to exit.
 * All callers share one listener of the process.
 *
 * @returns Stops that.
 */
export function whenIdle(listener: () => void): () => void {
  if (listeners.size === 0) process.on('beforeExit', tell);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) process.off('beforeExit', tell);
  };
}

function tell(): void {
  for (const listener of [...listeners]) listener();
}
