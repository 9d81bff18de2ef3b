import type { WaitOptions } from '../duration.ts';
import { type Waiter, interruptible } from '../interruptible.ts';

/** Those who wait for something, in arrival order. */
export class WaitingRoom {
  readonly #waiters = new Set<Waiter<void>>();
  readonly #action: string;

  /** @param action What they wait to do, as an infinitive. */
  constructor(action: string) {
    this.#action = action;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiters.size;
  }

  /** Waits until admitted. */
  enter(options: WaitOptions): Promise<void> {
    return interruptible<void>(options, {
      action: this.#action,
      begin: (waiter) => {
        this.#waiters.add(waiter);
        return () => this.#waiters.delete(waiter);
      },
    });
  }

  /** Lets the first one go on. */
  admit(): void {
    for (const waiter of this.#waiters) {
      this.#waiters.delete(waiter);
      waiter.resolve();
      return;
    }
  }

  /** Sends all away with an error of their own. */
  refuse(makeError: () => Error): void {
    for (const waiter of this.#waiters) {
      this.#waiters.delete(waiter);
      waiter.reject(makeError());
    }
  }
}
