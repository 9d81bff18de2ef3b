/** Where a future stands. */
export const WAITING = 0;
export const SUCCEEDED = 1;
export const FAILED = 2;
export const CANCELLED = 3;

/** The names of the states, as `inspect` shows them. */
export const STATE_NAMES: readonly string[] = ['pending', 'finished', 'failed', 'cancelled'];
