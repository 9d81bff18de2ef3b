import { itemsOf } from '../items-of.ts';
import { checkLength } from '../shared-elements.ts';
import { type Typecode, type TypedArrayOf, bytesOf, viewOf, write } from '../typecodes.ts';

/** A number that a manager's server keeps. */
export class ManagedValue {
  readonly #array: ManagedArray;

  constructor(typecode: Typecode, init: number | bigint = 0) {
    this.#array = new ManagedArray(typecode, [init]);
  }

  get(): number | bigint {
    return this.#array.get(0);
  }

  set(value: number | bigint): void {
    this.#array.set(0, value);
  }
}

/** An array of numbers that a manager's server keeps. Negative indexes count from the end. */
export class ManagedArray {
  readonly #typecode: Typecode;
  readonly #view: TypedArrayOf<Typecode>;

  constructor(typecode: Typecode, sizeOrInit: number | Iterable<number | bigint>) {
    const init = typeof sizeOrInit === 'number' ? [] : [...itemsOf(sizeOrInit)];
    const length = typeof sizeOrInit === 'number' ? checkLength(sizeOrInit) : init.length;
    this.#typecode = typecode;
    this.#view = viewOf(typecode, new ArrayBuffer(length * bytesOf(typecode)), 0, length);
    init.forEach((value, index) => this.set(index, value));
  }

  get(index: number): number | bigint {
    return this.#view[this.#place(index)] as number | bigint;
  }

  set(index: number, value: number | bigint): void {
    write(this.#typecode, this.#view, this.#place(index), value);
  }

  /** A plain copy of a part. */
  slice(start?: number, end?: number): (number | bigint)[] {
    return [...this.#view.slice(start, end)];
  }

  size(): number {
    return this.#view.length;
  }

  [Symbol.iterator](): Iterator<number | bigint> {
    return this.#view.values();
  }

  #place(index: number): number {
    const place = index < 0 ? index + this.#view.length : index;
    if (!Number.isInteger(place) || place < 0 || place >= this.#view.length)
      throw new RangeError(`Cannot reach element ${index} of an array of ${this.#view.length}`);
    return place;
  }
}
