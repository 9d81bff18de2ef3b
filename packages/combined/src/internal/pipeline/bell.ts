import { Event } from '@weft/async';

/** Lets one wait until the other has changed something: a ring that nobody waits for is kept. */
export class Bell {
  readonly #rung = new Event();

  /** Wakes the one that waits, or the next to wait. */
  ring(): void {
    this.#rung.set();
  }

  /** Waits for a ring, which is then used up. */
  async wait(): Promise<void> {
    await this.#rung.wait();
    this.#rung.clear();
  }
}
