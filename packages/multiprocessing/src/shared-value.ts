import { inspect } from 'node:util';
import { type Medium, fromWire, task, toWire } from '@weft/core';
import { checkOptions } from '@weft/core/lowlevel';
import { SharedElements, type SharedOptions, type SharedState } from './internal/shared-elements.ts';
import { type ElementOf, type Typecode, type TypedArrayOf, write } from './internal/typecodes.ts';
import type { Lock } from './lock.ts';
import type { RLock } from './rlock.ts';

/**
 * One number that processes share.
 *
 * Reading and then writing it are two steps: hold its lock, or use `Atomics` on its {@link typedArray}.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Value
 * @example
 * const counter = new SharedValue('i', 0);
 * await counter.getLock().with(() => {
 *   counter.value += 1;
 * });
 */
export class SharedValue<C extends Typecode = Typecode> {
  static {
    task(import.meta, this);
  }
  readonly #elements: SharedElements<C>;

  /**
   * @param typecode What number it is: `i` for 32-bit integers, `d` for doubles, `q` for 64-bit integers, …
   * @param init Its first value; 0 if left out.
   * @param options Its lock.
   */
  constructor(typecode: C | SharedElements<C>, init?: ElementOf<C>, options: SharedOptions = {}) {
    checkOptions('make a shared value', options);
    this.#elements = typecode instanceof SharedElements ? typecode : new SharedElements(typecode, 1, options.lock);
    if (init !== undefined) this.value = init;
  }

  /** The number now. Integers wrap around as in C. */
  get value(): ElementOf<C> {
    return this.#elements.view[0] as ElementOf<C>;
  }

  set value(value: ElementOf<C>) {
    write(this.#elements.typecode, this.#elements.view, 0, value);
  }

  /** What number it is. */
  get typecode(): C {
    return this.#elements.typecode;
  }

  /** A live view of the one number, for `Atomics`. */
  get typedArray(): TypedArrayOf<C> {
    return this.#elements.view;
  }

  /**
   * The lock that guards it, the same one in every process.
   *
   * @throws {TypeError} If it was made with `lock: false`.
   */
  getLock(): Lock | RLock {
    return this.#elements.lock;
  }

  [inspect.custom](): string {
    return `SharedValue { ${this.typecode}: ${this.value} }`;
  }

  [toWire](medium: Medium): unknown {
    return this.#elements.send(medium);
  }

  static [fromWire](state: SharedState<Typecode>): SharedValue {
    return new SharedValue(SharedElements.receive(state));
  }
}
