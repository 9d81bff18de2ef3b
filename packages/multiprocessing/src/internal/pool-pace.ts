import { MAX_WINDOW } from './pool-seat.ts';

/** How much work, in milliseconds, one worker may have before it: what it was given cannot be taken back. */
const AHEAD = 1;
const SMOOTHING = 0.25;

/**
 * Says how many calls of a function a worker may be given ahead, from how long they took so far: one, until that is
 * known, and as long as they take more than an instant.
 */
export class Pace {
  readonly #times: number[] = [];
  readonly #windows: number[] = [];

  /** How many calls of a function a worker may have at a time. */
  windowOf(target: number): number {
    return this.#windows[target] ?? 1;
  }

  /** Notes how long a call of a function took, in milliseconds. A slower one counts at once, a faster one bit by bit. */
  learn(target: number, time: number): void {
    const known = this.#times[target];
    const now = known === undefined || time > known ? time : known + (time - known) * SMOOTHING;
    this.#times[target] = now;
    this.#windows[target] = Math.max(1, Math.min(MAX_WINDOW, Math.floor(AHEAD / Math.max(now, 1e-6))));
  }
}
