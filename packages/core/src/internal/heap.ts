/** Says which comes first: negative if `a` does, positive if `b` does, 0 if they are equal. */
export type Comparator<T> = (a: T, b: T) => number;

/** A binary heap: the smallest item is taken first; equal items in no particular order. */
export class Heap<T> {
  readonly #items: T[] = [];
  readonly #compare: Comparator<T>;

  /** @param compare Which of two items is taken first. */
  constructor(compare: Comparator<T>) {
    this.#compare = compare;
  }

  /** How many items there are. */
  get size(): number {
    return this.#items.length;
  }

  /** The smallest item, left where it is. */
  peek(): T | undefined {
    return this.#items[0];
  }

  /** Adds an item. If the comparator throws, the heap is as it was before. */
  push(item: T): void {
    const items = this.#items;
    let at = items.length;
    // Compare first and move afterwards: a comparator that throws must not leave a half-made heap.
    const path: number[] = [];
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (this.#compare(item, items[parent] as T) >= 0) break;
      path.push(parent);
      at = parent;
    }
    let hole = items.length;
    for (const parent of path) {
      items[hole] = items[parent] as T;
      hole = parent;
    }
    items[hole] = item;
  }

  /** Takes the smallest item, or answers `undefined`. If the comparator throws, the heap is as it was before. */
  pop(): T | undefined {
    const items = this.#items;
    if (items.length <= 1) return items.pop();
    const last = items[items.length - 1] as T;
    const size = items.length - 1;
    const path: number[] = [];
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      if (left >= size) break;
      const right = left + 1;
      const child = right < size && this.#compare(items[right] as T, items[left] as T) < 0 ? right : left;
      if (this.#compare(items[child] as T, last) >= 0) break;
      path.push(child);
      at = child;
    }
    const smallest = items[0];
    let hole = 0;
    for (const child of path) {
      items[hole] = items[child] as T;
      hole = child;
    }
    items[hole] = last;
    items.length = size;
    return smallest;
  }
}
