import { inspect } from 'node:util';

/** A mapping that a manager's server keeps, with the methods of Python's `dict` and of JavaScript's `Map`. */
export class ManagedDict<K = unknown, V = unknown> {
  readonly #map: Map<K, V>;

  /** @param init Entries, another mapping, or a plain object. */
  constructor(init: Iterable<readonly [K, V]> | Record<string, V> = []) {
    this.#map = new Map(entriesOf(init));
  }

  get(key: K, otherwise?: V): V | undefined {
    return this.#map.has(key) ? this.#map.get(key) : otherwise;
  }

  set(key: K, value: V): void {
    this.#map.set(key, value);
  }

  has(key: K): boolean {
    return this.#map.has(key);
  }

  delete(key: K): boolean {
    return this.#map.delete(key);
  }

  /** Removes a key and gives its value. Throws a `RangeError` if there is none and nothing else is given. */
  pop(key: K, ...otherwise: [V?]): V | undefined {
    if (!this.#map.has(key)) {
      if (otherwise.length > 0) return otherwise[0];
      throw new RangeError(`Cannot pop ${String(key)}: the dict has no such key`);
    }
    const value = this.#map.get(key);
    this.#map.delete(key);
    return value;
  }

  /** Removes the entry that was added last. */
  popitem(): [K, V] {
    const last = [...this.#map].at(-1);
    if (last === undefined) throw new RangeError('Cannot pop an item: the dict is empty');
    this.#map.delete(last[0]);
    return last;
  }

  setdefault(key: K, value: V): V {
    if (!this.#map.has(key)) this.#map.set(key, value);
    return this.#map.get(key) as V;
  }

  update(other: Iterable<readonly [K, V]> | Record<string, V>): void {
    for (const [key, value] of entriesOf<K, V>(other)) this.#map.set(key, value);
  }

  clear(): void {
    this.#map.clear();
  }

  /** A plain copy. */
  copy(): Map<K, V> {
    return new Map(this.#map);
  }

  keys(): K[] {
    return [...this.#map.keys()];
  }

  values(): V[] {
    return [...this.#map.values()];
  }

  items(): [K, V][] {
    return [...this.#map];
  }

  size(): number {
    return this.#map.size;
  }

  [Symbol.iterator](): Iterator<K> {
    return this.#map.keys();
  }
}

function entriesOf<K, V>(init: Iterable<readonly [K, V]> | Record<string, V>): Iterable<readonly [K, V]> {
  if (typeof init !== 'object' || init === null)
    throw new TypeError(`Cannot take entries of ${inspect(init)}: it must be an iterable or a plain object`);
  return Symbol.iterator in init ? (init as Iterable<readonly [K, V]>) : (Object.entries(init) as unknown as [K, V][]);
}
