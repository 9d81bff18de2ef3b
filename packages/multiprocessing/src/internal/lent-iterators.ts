type AnyIterator = Iterator<unknown> | AsyncIterator<unknown>;

/** The iterators that a client of a manager's server was given, by number: they stay with the server. */
export class LentIterators {
  readonly #iterators = new Map<number, AnyIterator>();
  /** Those whose next item is not there yet. */
  readonly #stepping = new Set<AnyIterator>();
  #last = 0;

  /** Takes an iterator in, and gives it a number. */
  add(iterator: AnyIterator): number {
    this.#last += 1;
    this.#iterators.set(this.#last, iterator);
    return this.#last;
  }

  /** Goes one step on. An iterator that is over is forgotten. */
  async step(at: number): Promise<IteratorResult<unknown, undefined>> {
    const iterator = this.#iterators.get(at);
    if (iterator === undefined) return { done: true, value: undefined };
    this.#stepping.add(iterator);
    try {
      const { done, value } = await iterator.next();
      if (!done) return { done: false, value };
    } finally {
      this.#stepping.delete(iterator);
    }
    this.#iterators.delete(at);
    return { done: true, value: undefined };
  }

  /** Leaves an iterator, and waits until it has cleaned up. One that waits does so when it goes on, and perhaps never. */
  async end(at: number): Promise<void> {
    const iterator = this.#iterators.get(at);
    if (iterator === undefined) return;
    this.#iterators.delete(at);
    const ended = (async () => iterator.return?.())();
    if (this.#stepping.has(iterator)) ended.catch(() => {});
    else await ended;
  }

  /** Leaves all of them. */
  endAll(): void {
    for (const at of [...this.#iterators.keys()]) this.end(at).catch(() => {});
  }
}

/** Whether a method has given an iterator. */
export function isIterator(value: unknown): value is AnyIterator {
  return typeof value === 'object' && value !== null && 'next' in value && typeof value.next === 'function';
}
