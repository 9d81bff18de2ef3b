/** What a stage of a pipeline has done. Times are in milliseconds. */
export interface StageStats {
  name: string;
  /** `async`, `threads` or `processes`. */
  technique: string;
  /** Items taken from the stage before. */
  taken: number;
  /** Items handed to the stage after. */
  given: number;
  /** Calls that failed for good. */
  failed: number;
  /** Failed items that the stage left out. */
  skipped: number;
  /** Calls that were made again. */
  retried: number;
  /** Items that were taken and, because the pipeline was stopped, came to nothing. */
  dropped: number;
  /** The part of the stage's capacity that was in use, from 0 to 1. */
  utilisation: number;
  /** How long the stage had room and waited for the one before. */
  starved: number;
  /** How long the stage had results that the one after did not take. */
  blocked: number;
}

/** Counts what a stage does, and for how long it is busy, starved or blocked. */
export class StageMeter {
  taken = 0;
  given = 0;
  failed = 0;
  skipped = 0;
  retried = 0;
  dropped = 0;
  readonly name: string;
  readonly technique: string;
  readonly #capacity: number;
  readonly #began = performance.now();
  #ended: number | undefined;
  #running = 0;
  #busy = 0;
  #changed = performance.now();
  readonly #spans = { starved: 0, blocked: 0 };
  readonly #since: { starved: number | undefined; blocked: number | undefined } = {
    starved: undefined,
    blocked: undefined,
  };

  constructor(name: string, technique: string, capacity: number) {
    this.name = name;
    this.technique = technique;
    this.#capacity = capacity;
  }

  /** Notes that a call began (1) or ended (-1). */
  run(change: 1 | -1): void {
    const now = performance.now();
    this.#busy += this.#running * (now - this.#changed);
    this.#changed = now;
    this.#running += change;
  }

  /** Notes that the stage begins or stops waiting for its neighbour. */
  mark(state: 'starved' | 'blocked', on: boolean): void {
    const since = this.#since[state];
    if (on) this.#since[state] ??= performance.now();
    else if (since !== undefined) {
      this.#spans[state] += performance.now() - since;
      this.#since[state] = undefined;
    }
  }

  /** Stops the clock, and counts what was taken and came to nothing. */
  end(onError: 'throw' | 'skip' | 'settle'): void {
    this.dropped = this.taken - this.given - this.skipped - (onError === 'throw' ? this.failed : 0);
    this.mark('starved', false);
    this.mark('blocked', false);
    this.#ended ??= performance.now();
  }

  stats(): StageStats {
    const now = this.#ended ?? performance.now();
    const elapsed = Math.max(now - this.#began, Number.EPSILON);
    const busy = this.#busy + this.#running * (now - this.#changed);
    const { name, technique, taken, given, failed, skipped, retried, dropped } = this;
    const span = (state: 'starved' | 'blocked'): number => this.#spans[state] + now - (this.#since[state] ?? now);
    return {
      name,
      technique,
      taken,
      given,
      failed,
      skipped,
      retried,
      dropped,
      utilisation: Math.min(1, busy / (elapsed * this.#capacity)),
      starved: span('starved'),
      blocked: span('blocked'),
    };
  }
}
