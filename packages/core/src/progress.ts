type ProgressCallback = (value: unknown) => void;

const callbacks = new WeakMap<object, ProgressCallback[]>();

/** Remembers who wants to hear what the task of a future reports. */
export function followProgress(future: object, callback: ProgressCallback): void {
  const known = callbacks.get(future);
  if (known === undefined) callbacks.set(future, [callback]);
  else known.push(callback);
}

/** Passes on what a running task reports. What a callback throws is reported and does not stop the others. */
export function reportProgressTo(future: object, value: unknown): void {
  for (const callback of callbacks.get(future) ?? []) {
    try {
      callback(value);
    } catch (error) {
      console.error('A progress callback of a future failed:', error);
    }
  }
}
