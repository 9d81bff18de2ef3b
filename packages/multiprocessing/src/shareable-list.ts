import { inspect } from 'node:util';
import { type Medium, fromWire, task, toWire } from '@weft/core';
import { checkOptions } from '@weft/core/lowlevel';
import { itemsOf } from './internal/items-of.ts';
import { type Indexed, indexByNumber } from './internal/indexed.ts';
import { SMALLEST_SLOT, readItem, slotOf, writeItem } from './internal/list-slot.ts';
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
  readonly #starts: readonly number[];

  /**
   * @param values The items; left out, it opens the list of this name.
   * @throws {TypeError} If an item is of another type, or what is opened is no list.
   */
  constructor(values?: Iterable<ShareableItem>, options: { name?: string | undefined } = {}) {
    checkOptions('open a list', options);
    if (values === undefined) {
      this.shm = new SharedMemory({ name: options.name });
      this.#starts = startsIn(this.shm);
      return;
    }
    // All at once, and first: of what cannot be stored nothing stays behind.
    const slots = Array.from(itemsOf(values), slotOf);
    const head = Buffer.alloc(headBytes(slots.length));
    const starts = [head.length];
    for (const slot of slots) starts.push((starts.at(-1) as number) + slot.length);
    head.writeUInt32LE(slots.length);
    starts.forEach((start, index) => head.writeUInt32LE(start, COUNT_BYTES + index * 4));
    this.#starts = starts;
    this.shm = new SharedMemory({ name: options.name, create: true, size: starts.at(-1) as number });
    this.shm.write(0, Buffer.concat([head, ...slots]));
  }

  get length(): number {
    return this.#starts.length - 1;
  }

  /**
   * The item at an index; a negative one counts from the end.
   *
   * @throws {RangeError} If there is none.
   */
  at(index: number): ShareableItem {
    const { length } = this;
    const place = index < 0 ? index + length : index;
    if (!Number.isInteger(place) || place < 0 || place >= length)
      throw new RangeError(`Cannot get item ${index} of a list of ${length}`);
    return readItem(this.#slot(place));
  }

  /** The same as `list[index]`; nothing past the end. */
  elementAt(index: number): ShareableItem | undefined {
    return Number.isInteger(index) && index >= 0 && index < this.length ? this.at(index) : undefined;
  }

  /**
   * The same as `list[index] = item`.
   *
   * @throws {RangeError} If there is no such item, or the new one does not fit its place: then nothing changes.
   */
  setElement(index: number, item: unknown): void {
    const { length } = this;
    if (!(Number.isInteger(index) && index >= 0 && index < length))
      throw new RangeError(`Cannot set item ${index} of a list of ${length}`);
    const slot = Buffer.from(this.#slot(index));
    writeItem(slot, item as ShareableItem);
    this.shm.write(this.#starts[index] as number, slot);
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

  /** Closes the block, after which its items cannot be used here; whoever made it unlinks it too. */
  [Symbol.dispose](): void {
    this.shm[Symbol.dispose]();
  }

  [inspect.custom](): string {
    return `ShareableList(${this.shm.name}) ${this.#isClosed ? '(closed)' : inspect([...this])}`;
  }

  [toWire](_medium: Medium): unknown {
    return this.shm.name;
  }

  static [fromWire](name: string): ShareableList {
    return new ShareableList(undefined, { name });
  }

  get #isClosed(): boolean {
    return this.shm.buf.length === 0;
  }

  #slot(index: number): Buffer {
    const start = this.#starts[index] as number;
    return this.shm.read(start, (this.#starts[index + 1] as number) - start);
  }
}

/** How many bytes come before the slots of so many items. */
function headBytes(count: number): number {
  return (COUNT_BYTES + (count + 1) * 4 + 7) & ~7;
}

/** Where each slot of a list begins, and where the last one ends. */
function startsIn(shm: SharedMemory): number[] {
  const count = shm.size < COUNT_BYTES ? Infinity : shm.read(0, COUNT_BYTES).readUInt32LE(0);
  if (COUNT_BYTES + (count + 1) * 4 <= shm.size) {
    const table = shm.read(COUNT_BYTES, (count + 1) * 4);
    const starts = Array.from({ length: count + 1 }, (_, index) => table.readUInt32LE(index * 4));
    const areInOrder = starts.every(
      (start, index) => index === 0 || start - (starts[index - 1] as number) >= SMALLEST_SLOT,
    );
    if (areInOrder && starts[0] === headBytes(count) && (starts.at(-1) as number) <= shm.size) return starts;
  }
  shm.close();
  throw new TypeError(`Cannot open the shared memory ${shm.name} as a list: it holds something else`);
}

function isSame(one: ShareableItem, other: ShareableItem): boolean {
  if (one instanceof Uint8Array && other instanceof Uint8Array) return Buffer.compare(one, other) === 0;
  return one === other;
}
