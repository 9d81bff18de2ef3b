const INITIAL_CAPACITY = 16;

/** A double-ended queue over a ring buffer: every operation takes constant time, amortised. */
export class Deque<T> {
  #ring: (T | undefined)[] = new Array<T | undefined>(INITIAL_CAPACITY).fill(undefined);
  #head = 0;
  #size = 0;

  /** How many items there are. */
  get size(): number {
    return this.#size;
  }

  /** Adds an item at the back. */
  pushBack(item: T): void {
    if (this.#size === this.#ring.length) this.#grow();
    this.#ring[(this.#head + this.#size) & (this.#ring.length - 1)] = item;
    this.#size += 1;
  }

  /** Adds an item at the front. */
  pushFront(item: T): void {
    if (this.#size === this.#ring.length) this.#grow();
    this.#head = (this.#head - 1) & (this.#ring.length - 1);
    this.#ring[this.#head] = item;
    this.#size += 1;
  }

  /** Takes the item at the front, or answers `undefined`. */
  popFront(): T | undefined {
    if (this.#size === 0) return undefined;
    const item = this.#ring[this.#head];
    this.#ring[this.#head] = undefined;
    this.#head = (this.#head + 1) & (this.#ring.length - 1);
    this.#size -= 1;
    return item;
  }

  /** Takes the item at the back, or answers `undefined`. */
  popBack(): T | undefined {
    if (this.#size === 0) return undefined;
    this.#size -= 1;
    const at = (this.#head + this.#size) & (this.#ring.length - 1);
    const item = this.#ring[at];
    this.#ring[at] = undefined;
    return item;
  }

  /** The item at the front, left where it is. */
  peekFront(): T | undefined {
    return this.#size === 0 ? undefined : this.#ring[this.#head];
  }

  /** The item at the back, left where it is. */
  peekBack(): T | undefined {
    return this.#size === 0 ? undefined : this.#ring[(this.#head + this.#size - 1) & (this.#ring.length - 1)];
  }

  /** Removes everything. */
  clear(): void {
    this.#ring = new Array<T | undefined>(INITIAL_CAPACITY).fill(undefined);
    this.#head = 0;
    this.#size = 0;
  }

  *[Symbol.iterator](): Generator<T> {
    for (let i = 0; i < this.#size; i += 1) yield this.#ring[(this.#head + i) & (this.#ring.length - 1)] as T;
  }

  #grow(): void {
    const items = [...this];
    this.#ring = new Array<T | undefined>(this.#ring.length * 2).fill(undefined);
    for (let i = 0; i < items.length; i += 1) this.#ring[i] = items[i];
    this.#head = 0;
  }
}
