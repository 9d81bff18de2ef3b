import { type Deferred, deferred } from './deferred.ts';

/** A turnstile: every turn lets exactly one pass, in arrival order; turns that nobody waits for are kept. */
export class Turnstile {
  readonly #line: Deferred<void>[] = [];
  #turns = 0;

  /** How many wait for a turn. */
  get waiting(): number {
    return this.#line.length;
  }

  /** Waits for a turn, and uses it up. */
  async pass(): Promise<void> {
    if (this.#turns > 0) {
      this.#turns -= 1;
      return;
    }
    const turn = deferred();
    this.#line.push(turn);
    await turn.promise;
  }

  /** @param turns How many may pass, one if left out. */
  turn(turns = 1): void {
    for (let left = turns; left > 0; left -= 1) {
      const first = this.#line.shift();
      if (first) first.resolve();
      else this.#turns += 1;
    }
  }
}
