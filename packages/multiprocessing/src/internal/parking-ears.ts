let ears: ((wake?: number) => void) | undefined;

/** Says who hears when a wait may have ended. */
export function setEars(hear: (wake?: number) => void): void {
  ears = hear;
}

/** Tells that the wait with this number may have ended. */
export function heardFrom(wake: number): void {
  ears?.(wake);
}
