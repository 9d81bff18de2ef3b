/** Waits that last longer than this on average are not worth looking for their end, in milliseconds. */
const SHORT = 0.1;
/** No wait counts for more than this, so that a few short ones make up for it. */
const LONG = 1;

/** Decides whether to look for what is awaited, or to sleep at once. */
export class Patience {
  #average = 0;

  /** Whether what is awaited has come soon of late. */
  get pays(): boolean {
    return this.#average < SHORT;
  }

  /** Learns from a wait that is over. @param waited In milliseconds. */
  note(waited: number): void {
    this.#average = this.#average * 0.7 + Math.min(waited, LONG) * 0.3;
  }
}
