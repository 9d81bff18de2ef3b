const word = new Int32Array(new SharedArrayBuffer(4));

/** Blocks this thread for a while, in milliseconds. */
export function block(duration: number): void {
  Atomics.wait(word, 0, 0, duration);
}
