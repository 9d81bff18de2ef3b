import { itemsOf } from '../items-of.ts';

/** A list that a manager's server keeps, with the methods of Python's `list`. Negative indexes count from the end. */
export class ManagedList<T = unknown> {
  readonly #items: T[];

  constructor(init: Iterable<T> = []) {
    this.#items = [...itemsOf(init)];
  }

  /** Throws a `RangeError` if there is no such item. */
  get(index: number): T {
    return this.#items[this.#place(index)] as T;
  }

  /** Throws a `RangeError` if there is no such item. */
  set(index: number, value: T): void {
    this.#items[this.#place(index)] = value;
  }

  append(value: T): void {
    this.#items.push(value);
  }

  extend(values: Iterable<T>): void {
    for (const value of itemsOf(values)) this.#items.push(value);
  }

  insert(index: number, value: T): void {
    this.#items.splice(index, 0, value);
  }

  pop(index = -1): T {
    return this.#items.splice(this.#place(index), 1)[0] as T;
  }

  /** Removes the first item that is the same. Throws a `RangeError` if there is none. */
  remove(value: T): void {
    this.#items.splice(this.index(value), 1);
  }

  /** Where an item is first. Throws a `RangeError` if it is nowhere. */
  index(value: T): number {
    const index = this.#items.indexOf(value);
    if (index < 0) throw new RangeError(`Cannot find ${String(value)} in the list`);
    return index;
  }

  count(value: T): number {
    return this.#items.filter((item) => item === value).length;
  }

  includes(value: T): boolean {
    return this.#items.includes(value);
  }

  reverse(): void {
    this.#items.reverse();
  }

  /** Sorts numbers by value and anything else as text. */
  sort(options: { reverse?: boolean } = {}): void {
    this.#items.sort((a, b) =>
      typeof a === 'number' && typeof b === 'number'
        ? a - b
        : String(a) < String(b)
          ? -1
          : Number(String(a) > String(b)),
    );
    if (options.reverse) this.#items.reverse();
  }

  clear(): void {
    this.#items.length = 0;
  }

  /** A plain copy of a part. */
  slice(start?: number, end?: number): T[] {
    return this.#items.slice(start, end);
  }

  /** A plain copy, followed by other items. */
  concat(others: Iterable<T>): T[] {
    return [...this.#items, ...itemsOf(others)];
  }

  /** A plain copy, several times over. */
  repeat(times: number): T[] {
    return Array.from({ length: times }, () => this.#items).flat() as T[];
  }

  copy(): T[] {
    return [...this.#items];
  }

  size(): number {
    return this.#items.length;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items.values();
  }

  #place(index: number): number {
    const place = index < 0 ? index + this.#items.length : index;
    if (!Number.isInteger(place) || place < 0 || place >= this.#items.length)
      throw new RangeError(`Cannot reach item ${index} of a list of ${this.#items.length}`);
    return place;
  }
}
