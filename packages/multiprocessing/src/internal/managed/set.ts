import { itemsOf } from '../items-of.ts';

/** A set that a manager's server keeps, with the methods of Python's `set`. Those that combine give plain sets. */
export class ManagedSet<T = unknown> {
  #items: Set<T>;

  constructor(init: Iterable<T> = []) {
    this.#items = new Set(itemsOf(init));
  }

  add(value: T): void {
    this.#items.add(value);
  }

  has(value: T): boolean {
    return this.#items.has(value);
  }

  /** Removes a value, if it is there. */
  discard(value: T): boolean {
    return this.#items.delete(value);
  }

  /** Removes a value. Throws a `RangeError` if it is not there. */
  remove(value: T): void {
    if (!this.#items.delete(value)) throw new RangeError(`Cannot remove ${String(value)}: the set does not have it`);
  }

  pop(): T {
    for (const value of this.#items) {
      this.#items.delete(value);
      return value;
    }
    throw new RangeError('Cannot pop: the set is empty');
  }

  clear(): void {
    this.#items.clear();
  }

  update(other: Iterable<T>): void {
    for (const value of itemsOf(other)) this.#items.add(value);
  }

  union(other: Iterable<T>): Set<T> {
    return new Set([...this.#items, ...itemsOf(other)]);
  }

  intersection(other: Iterable<T>): Set<T> {
    const others = new Set(itemsOf(other));
    return new Set([...this.#items].filter((value) => others.has(value)));
  }

  difference(other: Iterable<T>): Set<T> {
    const others = new Set(itemsOf(other));
    return new Set([...this.#items].filter((value) => !others.has(value)));
  }

  symmetricDifference(other: Iterable<T>): Set<T> {
    const others = new Set(itemsOf(other));
    return new Set([...this.difference(others), ...[...others].filter((value) => !this.#items.has(value))]);
  }

  intersectionUpdate(other: Iterable<T>): void {
    this.#items = this.intersection(other);
  }

  differenceUpdate(other: Iterable<T>): void {
    this.#items = this.difference(other);
  }

  symmetricDifferenceUpdate(other: Iterable<T>): void {
    this.#items = this.symmetricDifference(other);
  }

  isSubset(other: Iterable<T>): boolean {
    return this.difference(other).size === 0;
  }

  isSuperset(other: Iterable<T>): boolean {
    return [...itemsOf(other)].every((value) => this.#items.has(value));
  }

  isDisjoint(other: Iterable<T>): boolean {
    return this.intersection(other).size === 0;
  }

  copy(): Set<T> {
    return new Set(this.#items);
  }

  size(): number {
    return this.#items.size;
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items.values();
  }
}
