import { inspect } from 'node:util';
import { type Medium, fromWire, task, toWire } from '@weft/core';
import { type Indexed, indexByNumber } from './internal/indexed.ts';
import { readItem, slotSize, writeItem } from './internal/list-slot.ts';
import { SharedMemory } from './shared-memory.ts';

/** What a shareable list holds. */
export type ShareableItem = string | number | bigint | boolean | null | Uint8Array;

/** The block begins with how many items there are, and where each slot begins. */
const COUNT_BYTES = 8;

/**
 * A list of simple values in a block of shared memory: its length is fixed, its items may change.
 *
 * Each item may become another one that fits its place: 8 bytes, or as many as the first string or bytes needed.
 *
 * @see https://docs.python.org/3/library/multiprocessing.shared_memory.html#multiprocessing.shared_memory.ShareableList
 * @example
 * using list = new ShareableList(['howdy', 273, null, true]);
 * list[1] = 274;
 */
export class ShareableList implements Indexed {
  static {
    task(import.meta, this);
    indexByNumber(this);
  }
  [index: number]: ShareableItem;
  /** The block that it is in. */
  readonly shm: SharedMemory;
  readonly #bytes: Buffer;

  /**
   * @param values The items; left out, it opens the list of this name.
   * @throws {TypeError} If an item is of another type.
   */
  constructor(values?: Iterable<ShareableItem>, options: { name?: string | undefined } = {}) {
    if (values === undefined) {
      this.shm = new SharedMemory({ name: options.name });
      this.#bytes = Buffer.from(this.shm.buf.buffer);
      return;
    }
    const items = [...values];
    const starts: number[] = [];
    let end = COUNT_BYTES + (items.length + 1) * 4;
    end = (end + 7) & ~7;
    for (const item of items) {
      starts.push(end);
      end += slotSize(item);
    }
    this.shm = new SharedMemory({ name: options.name, create: true, size: end });
    this.#bytes = Buffer.from(this.shm.buf.buffer);
    [...starts, end].forEach((start, index) => this.#bytes.writeUInt32LE(start, COUNT_BYTES + index * 4));
    items.forEach((item, index) => writeItem(this.#slot(index), item));
    this.#bytes.writeUInt32LE(items.length, 0);
  }

  get length(): number {
    return this.#bytes.readUInt32LE(0);
  }

  /**
   * The item at an index; a negative one counts from the end.
   *
   * @throws {RangeError} If there is none.
   */
  at(index: number): ShareableItem {
    const { length } = this;
    const place = index < 0 ? index + length : index;
    if (!Number.isInteger(place) || place < 0 || place >= length) throw new RangeError(`Cannot get item ${index} of a list of ${length}`);
    return readItem(this.#slot(place));
  }

  /** The same as `list[index]`; nothing past the end. */
  elementAt(index: number): ShareableItem | undefined {
    return index < this.length ? this.at(index) : undefined;
  }

  /**
   * The same as `list[index] = item`.
   *
   * @throws {RangeError} If there is no such item, or the new one does not fit its place: then nothing changes.
   */
  setElement(index: number, item: unknown): void {
    const { length } = this;
    if (index >= length) throw new RangeError(`Cannot set item ${index} of a list of ${length}`);
    writeItem(this.#slot(index), item as ShareableItem);
  }

  /** How often an item occurs. */
  count(item: ShareableItem): number {
    return [...this].filter((other) => isSame(other, item)).length;
  }

  /**
   * Where an item occurs first.
   *
   * @throws {RangeError} If it does not.
   */
  index(item: ShareableItem): number {
    const index = [...this].findIndex((other) => isSame(other, item));
    if (index < 0) throw new RangeError(`Cannot find ${inspect(item)} in the list`);
    return index;
  }

  *[Symbol.iterator](): Generator<ShareableItem, void> {
    for (let index = 0; index < this.length; index += 1) yield this.at(index);
  }

  /** Closes the block; whoever made it unlinks it too. */
  [Symbol.dispose](): void {
    this.shm[Symbol.dispose]();
  }

  [inspect.custom](): string {
    return `ShareableList(${this.shm.name}) ${this.#bytes.length === 0 ? '(closed)' : inspect([...this])}`;
  }

  [toWire](_medium: Medium): unknown {
    return this.shm.name;
  }

  static [fromWire](name: string): ShareableList {
    return new ShareableList(undefined, { name });
  }

  #slot(index: number): Buffer {
    const at = COUNT_BYTES + index * 4;
    return this.#bytes.subarray(this.#bytes.readUInt32LE(at), this.#bytes.readUInt32LE(at + 4));
  }
}

function isSame(one: ShareableItem, other: ShareableItem): boolean {
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) === 0;
  return one === other;
}
