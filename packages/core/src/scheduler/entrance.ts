import type { WaitOptions } from '../duration.ts';
import { QueueFullError } from '../errors.ts';
import type { PoolSettings } from './pool-options.ts';
import { WaitingRoom } from './waiting-room.ts';

/** What tasks come in for, as an infinitive. */
export const SUBMIT = 'submit a task';

/** Where tasks come in: no more than there is room for, and one for each place of those who wait for room. */
export class Entrance {
  readonly #maxQueueSize: number;
  /** How many tasks there may be. */
  readonly #limit: number;
  readonly #size: () => number;
  readonly #waiting = new WaitingRoom(SUBMIT);
  /** How many were told in this turn of the event loop that there is room, and have not come yet. */
  #promised = 0;

  /** @param size Says how many tasks there are. */
  constructor({ maxWorkers, concurrency, maxQueueSize }: PoolSettings, size: () => number) {
    this.#maxQueueSize = maxQueueSize;
    this.#limit = maxWorkers * concurrency + maxQueueSize;
    this.#size = size;
  }

  /** Throws a QueueFullError if there is no room. */
  check(): void {
    if (this.#size() >= this.#limit)
      throw new QueueFullError(`Cannot submit a task: ${this.#maxQueueSize} are waiting already`);
  }

  /** A task comes in. One that was refused has left its place to the next of the same caller. */
  pass(): void {
    if (this.#promised > 0) this.#promised -= 1;
  }

  /** Waits until there is room. The options have been checked. */
  async wait(options: WaitOptions): Promise<void> {
    if (this.#waiting.size === 0 && this.#hasRoom()) this.#promise();
    else await this.#waiting.enter(options);
  }

  /** Tells as many as there is room for. */
  admit(): void {
    while (this.#waiting.size > 0 && this.#hasRoom()) {
      this.#promise();
      this.#waiting.admit();
    }
  }

  /** Sends away those who wait, each with an error of its own. */
  refuse(makeError: () => Error): void {
    this.#waiting.refuse(makeError);
  }

  #hasRoom(): boolean {
    return this.#size() + this.#promised < this.#limit;
  }

  // Whoever does not come in this turn leaves the place to others.
  #promise(): void {
    if (this.#limit === Infinity) return;
    this.#promised += 1;
    if (this.#promised > 1) return;
    setImmediate(() => {
      this.#promised = 0;
      this.admit();
    });
  }
}
