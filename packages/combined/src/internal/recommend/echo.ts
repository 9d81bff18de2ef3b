/** Gives back what it was given: the target whose calls cost nothing but the way there and back. */
export function echo<T>(value: T): T {
  return value;
}

/** Waits until as many workers as the barrier is for have come up. */
export function meet(barrier: { waitSync(): unknown }): void {
  barrier.waitSync();
}
