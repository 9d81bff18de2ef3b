/** No wait counts for more than this, in milliseconds: a pause says nothing about what is quicker. */
const LONG = 0.25;
/** What the latest wait counts for. */
const WEIGHT = 0.125;
/** A wait counts for no more than twice what was usual and this, in milliseconds: a single pause changes little. */
const SLACK = 0.005;
/** Looking has to end waits sooner by this factor, as it takes a processor. */
const WORTH = 0.8;
/** The other way is tried again after so many waits at least, */
const EVERY = 64;
/** and so many milliseconds, */
const PAUSE = 10;
/** for so many waits. */
const TRY = 4;

/**
 * Decides whether to look for what is awaited, or to sleep at once: by how long waits of either kind lasted of late.
 *
 * Who sleeps runs on some 50 microseconds late if the processors had nothing else to do, and within a few if they had;
 * who looks may be in the way of just the thread that it waits for. Only the time that passes tells which it is.
 */
export class Patience {
  #looked = 0;
  #slept = 0;
  #waits = 0;
  #tryAfter = 0;
  #looks = false;

  /** A wait begins. @param now The time, in milliseconds. @returns Whether to look. */
  begin(now: number): boolean {
    this.#looks = this.#looked <= this.#slept * WORTH;
    this.#waits += 1;
    if (this.#waits > EVERY && now > this.#tryAfter) {
      this.#looks = !this.#looks;
      if (this.#waits >= EVERY + TRY) {
        this.#waits = 0;
        this.#tryAfter = now + PAUSE;
      }
    }
    return this.#looks;
  }

  /** The wait is one without looking after all. */
  giveUp(): void {
    this.#looks = false;
  }

  /** The wait is over. @param waited Until this thread went on, in milliseconds. */
  end(waited: number): void {
    if (this.#looks) this.#looked = learn(this.#looked, waited);
    else this.#slept = learn(this.#slept, waited);
  }
}

function learn(usual: number, waited: number): number {
  const counted = Math.min(waited, LONG);
  return usual === 0 ? counted : usual + (Math.min(counted, 2 * usual + SLACK) - usual) * WEIGHT;
}
