import type { Medium } from '@weft/core';
import { Lock } from '../lock.ts';
import { RLock } from '../rlock.ts';
import type { Cell } from './cell.ts';
import { LOCK } from './kinds.ts';
import { LockCore } from './lock-core.ts';
import { createCell, receiveCell } from './open-cell.ts';
import { type Typecode, type TypedArrayOf, bytesOf } from './typecodes.ts';

/** How shared elements are locked. */
export interface SharedOptions {
  /** `true` makes an `RLock` of their own, `false` none; or a lock to use. */
  lock?: boolean | Lock | RLock | undefined;
}

/** What elements cross with. */
export interface SharedState<C extends Typecode> {
  readonly name: string;
  readonly typecode: C;
  readonly length: number;
  readonly lock: boolean | Lock | RLock;
}

/**
 * Checks how many elements a user wants.
 *
 * @throws {RangeError} If the number is negative or not whole.
 */
export function checkLength(length: number): number {
  if (!Number.isInteger(length) || length < 0) throw new RangeError(`Cannot make a shared array of ${length} elements`);
  return length;
}

/** Elements of one type in shared memory, beside the lock that guards them. */
export class SharedElements<C extends Typecode> {
  readonly typecode: C;
  readonly view: TypedArrayOf<C>;
  readonly #cell: Cell;
  readonly #own: boolean;
  readonly #lock: Lock | RLock | undefined;

  constructor(typecode: C, length: number, lock: boolean | Lock | RLock = true, cell?: Cell) {
    if (typeof lock !== 'boolean' && !(lock instanceof Lock || lock instanceof RLock)) {
      throw new TypeError(
        `Cannot use ${String(lock)} as the lock: it must be a Lock or RLock of multiprocessing, or a boolean`,
      );
    }
    this.typecode = typecode;
    this.#cell = cell ?? createCell(LOCK, [0], Math.max(1, length * bytesOf(typecode)));
    this.view = this.#cell.view(typecode, length);
    this.#own = lock === true;
    this.#lock = typeof lock === 'boolean' ? undefined : lock;
    if (lock === true) this.#lock = new RLock(new LockCore(this.#cell));
  }

  /** A live view of the bytes. */
  get raw(): Uint8Array {
    return this.#cell.view('B', this.view.length * bytesOf(this.typecode));
  }

  static receive<C extends Typecode>({ name, typecode, length, lock }: SharedState<C>): SharedElements<C> {
    return new SharedElements(typecode, length, lock, receiveCell(name));
  }

  send(_medium: Medium): SharedState<C> {
    return {
      name: this.#cell.send(),
      typecode: this.typecode,
      length: this.view.length,
      lock: this.#own || (this.#lock ?? false),
    };
  }

  get lock(): Lock | RLock {
    if (this.#lock === undefined) throw new TypeError('Cannot get the lock: these elements were made with lock: false');
    return this.#lock;
  }
}
