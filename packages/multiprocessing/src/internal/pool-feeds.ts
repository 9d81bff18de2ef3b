import { Future } from '@weft/core';

/** The iterators of a pool that have not taken all their items yet: a pool that is closed ends after them. */
export class Feeds {
  readonly #open = new Set<() => void>();
  readonly #drained = new Future<undefined>();
  #isClosing = false;
  #onDrained: () => void = () => {};

  /** Whether the pool waits for nothing but them. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /**
   * Takes an iterator in.
   *
   * @param goOn Called when the pool is closed: from then on the iterator does not wait to be asked for results.
   */
  add(goOn: () => void): void {
    this.#open.add(goOn);
  }

  /** An iterator takes no more items. */
  remove(goOn: () => void): void {
    if (this.#open.delete(goOn)) this.#look();
  }

  /**
   * Has them take the rest of their items.
   *
   * @param onDrained Called after the last item of the last one was handed over; at once if that was before.
   */
  close(onDrained: () => void): void {
    this.#isClosing = true;
    this.#onDrained = onDrained;
    for (const goOn of [...this.#open]) goOn();
    this.#look();
  }

  /** Waits for none of them any more. */
  abandon(): void {
    this.#open.clear();
    this.#end();
  }

  /** Waits until the last one has taken its items. */
  async drained(): Promise<void> {
    await this.#drained;
  }

  #look(): void {
    if (!this.#isClosing || this.#open.size > 0) return;
    this.#onDrained();
    this.#end();
  }

  #end(): void {
    if (!this.#drained.done()) this.#drained.setResult(undefined);
  }
}
