import { inspect } from 'node:util';
import { type Medium, fromWire, task, toWire } from '@weft/core';
import { checkOptions } from '@weft/core/lowlevel';
import { itemsOf } from './internal/items-of.ts';
import { type Indexed, indexByNumber } from './internal/indexed.ts';
import { SharedElements, type SharedOptions, type SharedState, checkLength } from './internal/shared-elements.ts';
import { type ElementOf, type Typecode, type TypedArrayOf, elementsOf, write } from './internal/typecodes.ts';
import type { Lock } from './lock.ts';
import type { RLock } from './rlock.ts';

const BEYOND_LATIN = /[^\0-\xff]/;

/**
 * An array of numbers that processes share.
 *
 * `array[i]` reads and writes; its {@link typedArray} does so at full speed, and works with `Atomics`.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Array
 * @example
 * const squares = new SharedArray('d', [1, 4, 9]);
 * squares[2] = 10;
 */
export class SharedArray<C extends Typecode = Typecode> implements Indexed {
  static {
    task(import.meta, this);
    indexByNumber(this);
  }
  [index: number]: ElementOf<C>;
  readonly #elements: SharedElements<C>;

  /**
   * @param typecode What its elements are: `i` for 32-bit integers, `d` for doubles, `c` for bytes, …
   * @param sizeOrInit How many there are, all 0, or what they are.
   * @param options Its lock.
   * @throws {RangeError} If the size is negative or no whole number.
   */
  constructor(
    typecode: C | SharedElements<C>,
    sizeOrInit: number | Iterable<ElementOf<C>> = 0,
    options: SharedOptions = {},
  ) {
    if (typecode instanceof SharedElements) {
      this.#elements = typecode;
      return;
    }
    checkOptions('make a shared array', options);
    // First: of what cannot be stored nothing stays behind.
    const init = typeof sizeOrInit === 'number' ? undefined : elementsOf(typecode, [...itemsOf(sizeOrInit)]);
    const length = init?.length ?? checkLength(sizeOrInit as number);
    this.#elements = new SharedElements(typecode, length, options.lock);
    if (init !== undefined) this.#elements.view.set(init as never);
  }

  get length(): number {
    return this.#elements.view.length;
  }

  /** What its elements are. */
  get typecode(): C {
    return this.#elements.typecode;
  }

  /** A live view of the elements. */
  get typedArray(): TypedArrayOf<C> {
    return this.#elements.view;
  }

  /** The element at an index; a negative one counts from the end. */
  at(index: number): ElementOf<C> | undefined {
    return this.#elements.view.at(index) as ElementOf<C> | undefined;
  }

  /** The same as `array[index]`. */
  elementAt(index: number): ElementOf<C> | undefined {
    return this.#elements.view[index] as ElementOf<C> | undefined;
  }

  /**
   * The same as `array[index] = value`.
   *
   * @throws {RangeError} If there is no such element.
   * @throws {TypeError} If the value is not of the type.
   */
  setElement(index: number, value: unknown): void {
    if (!(Number.isInteger(index) && index >= 0 && index < this.length))
      throw new RangeError(`Cannot set element ${index} of a shared array of ${this.length}`);
    write(this.typecode, this.#elements.view, index, value);
  }

  /** A plain array of some of the elements, as they are now. */
  slice(start?: number, end?: number): ElementOf<C>[] {
    return [...(this.#elements.view.slice(start, end) as Iterable<ElementOf<C>>)];
  }

  /**
   * Writes several elements, or none if one of them cannot be written.
   *
   * @throws {RangeError} If there is no room for them.
   * @throws {TypeError} If one is not of the type.
   */
  set(values: Iterable<ElementOf<C>>, offset = 0): void {
    const all = elementsOf(this.typecode, [...itemsOf(values)]);
    if (!(Number.isInteger(offset) && offset >= 0 && offset + all.length <= this.length))
      throw new RangeError(`Cannot set ${all.length} elements from ${offset} on: there are ${this.length}`);
    this.#elements.view.set(all as never, offset);
  }

  /**
   * The bytes as text, up to the first zero; for the typecode `c`. A character is a byte, as in Latin-1.
   *
   * @throws {TypeError} If the typecode is another one, or what is assigned is no text of such characters.
   * @throws {RangeError} If it has more of them than there are bytes.
   */
  get value(): string {
    this.#checkIsText();
    const bytes = Buffer.from(this.raw.slice());
    const end = bytes.indexOf(0);
    return bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
  }

  set value(text: string) {
    this.#checkIsText();
    if (typeof text !== 'string' || BEYOND_LATIN.test(text))
      throw new TypeError(`Cannot store ${inspect(text, { depth: 0 })}: it must be a text of Latin-1 characters`);
    const { raw } = this;
    if (text.length > raw.length) throw new RangeError(`Cannot store ${text.length} characters in ${raw.length} bytes`);
    const bytes = Buffer.alloc(raw.length);
    bytes.write(text, 'latin1');
    raw.set(bytes);
  }

  /** A live view of the bytes. */
  get raw(): Uint8Array {
    return this.#elements.raw;
  }

  /**
   * The lock that guards it, the same one in every process.
   *
   * @throws {TypeError} If it was made with `lock: false`.
   */
  getLock(): Lock | RLock {
    return this.#elements.lock;
  }

  [Symbol.iterator](): Iterator<ElementOf<C>> {
    return this.#elements.view[Symbol.iterator]() as Iterator<ElementOf<C>>;
  }

  #checkIsText(): void {
    if (this.typecode !== 'c')
      throw new TypeError(`Cannot use the value of elements of typecode "${this.typecode}": only "c" has one`);
  }

  [inspect.custom](): string {
    return `SharedArray { ${this.typecode}: ${inspect([...this], { maxArrayLength: 10 })} }`;
  }

  [toWire](medium: Medium): unknown {
    return this.#elements.send(medium);
  }

  static [fromWire](state: SharedState<Typecode>): SharedArray {
    return new SharedArray(SharedElements.receive(state));
  }
}
