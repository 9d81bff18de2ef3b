import { type Deferred, deferred } from './deferred.ts';

/** A gate that is closed until it is opened: who comes to it while it is closed waits. */
export class Gate {
  #opened: Deferred<void> = deferred();
  #waiting = 0;

  /** Whether those who come now pass. */
  get isOpen(): boolean {
    return this.#opened.settled;
  }

  /** How many wait in front of it. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Waits until the gate is open. */
  async pass(): Promise<void> {
    this.#waiting += 1;
    try {
      await this.#opened.promise;
    } finally {
      this.#waiting -= 1;
    }
  }

  /** Lets everyone through, now and from now on. */
  open(): void {
    this.#opened.resolve();
  }

  /** Closes the gate for those who come from now on. */
  close(): void {
    if (this.isOpen) this.#opened = deferred();
  }
}
