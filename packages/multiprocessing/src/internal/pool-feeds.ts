import { Future } from '@weft/core';

/** What gives a pool work as it is asked for results. */
export interface Feed {
  /** The pool is closed: from now on it does not wait to be asked. */
  goOn(): void;
  /** The pool was terminated: it takes no work any more. */
  end(): void;
}

/** The iterators of a pool that have not taken all their items yet: a pool that is closed ends after them. */
export class Feeds {
  readonly #open = new Set<Feed>();
  readonly #drained = new Future<undefined>();
  #isClosing = false;
  #onDrained: () => void = () => {};

  /** Whether the pool waits for nothing but them. */
  get isClosing(): boolean {
    return this.#isClosing;
  }

  /** Takes an iterator in. */
  add(feed: Feed): void {
    this.#open.add(feed);
  }

  /** An iterator takes no more items. */
  remove(feed: Feed): void {
    if (this.#open.delete(feed)) this.#look();
  }

  /**
   * Has them take the rest of their items.
   *
   * @param onDrained Called after the last item of the last one was handed over; at once if that was before.
   */
  close(onDrained: () => void): void {
    this.#isClosing = true;
    this.#onDrained = onDrained;
    for (const feed of [...this.#open]) feed.goOn();
    this.#look();
  }

  /** Ends them, and waits for none of them any more. */
  abandon(): void {
    const open = [...this.#open];
    this.#open.clear();
    for (const feed of open) feed.end();
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
