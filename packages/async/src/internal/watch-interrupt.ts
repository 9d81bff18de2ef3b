type Listener = () => void;

const listeners = new Set<Listener>();
/** The listeners that have seen a Ctrl-C: the next one is too many. */
const interrupted = new Set<Listener>();
const EXIT_SIGINT = 130;

/**
 * Calls back on the first Ctrl-C; the second one ends the program. All runs share one listener of the process.
 *
 * @returns Stops listening.
 */
export function onInterrupt(enabled: boolean, listener: Listener): () => void {
  if (!enabled) return () => {};
  if (listeners.size === 0) process.on('SIGINT', deliver);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    interrupted.delete(listener);
    if (listeners.size === 0) process.off('SIGINT', deliver);
  };
}

function deliver(): void {
  if (interrupted.size > 0) process.exit(EXIT_SIGINT);
  for (const listener of [...listeners]) {
    interrupted.add(listener);
    listener();
  }
}
