import { inspect } from 'node:util';
import { type Medium, TransferError, fromWire, task, toWire } from '@weft/core';
import { type TargetReference, describeTarget, loadTarget, loadTargetNow } from '@weft/core/lowlevel';
import { Header } from './internal/layout.ts';
import { memory } from './internal/registry.ts';

interface LocalState {
  id: number;
  init: TargetReference | undefined;
}

let adopted: { type: unknown; id: number } | undefined;
const known = new Map<number, WeakRef<Local<object>>>();
// Those that have crossed, and have a value here. Another thread may send them here again, at any time.
const kept = new Map<number, Local<object>>();
const forget = new FinalizationRegistry<number>((id) => {
  // It may have been sent here again since.
  if (known.get(id)?.deref() === undefined) known.delete(id);
});

/**
 * Holds an object of its own for each thread.
 *
 * Variables of a module are one per thread anyway; this is for what several threads are given, and for a value to be
 * made when a thread first asks. A thread keeps its value of a local that was sent or received for as long as it lives;
 * that of any other goes with the local.
 *
 * @see https://docs.python.org/3/library/threading.html#threading.local
 * @example
 * const session = new Local(openSession);
 * session.value.query('select 1'); // each thread has a session of its own
 */
export class Local<T extends object> {
  static {
    task(import.meta, this);
  }
  readonly #id: number;
  readonly #init: (() => T) | undefined;
  #value: T | undefined;
  #hasCrossed = false;

  /**
   * @param init Makes the value of a thread, when that first asks. Left out, an empty object. For a local that crosses to other
   *   threads it must be an exported function.
   * @throws {TypeError} If `init` is not a function.
   */
  constructor(init?: () => T) {
    if (init !== undefined && typeof init !== 'function')
      throw new TypeError(`Cannot make values with ${inspect(init)}: it is not a function`);
    // A constructor may make other locals before this one.
    const received = adopted?.type === new.target ? adopted.id : undefined;
    this.#hasCrossed = received !== undefined;
    this.#id = received ?? Atomics.add(memory, Header.Locals, 1) + 1;
    if (this.#hasCrossed) adopted = undefined;
    this.#init = init;
    known.set(this.#id, new WeakRef<Local<object>>(this));
    forget.register(this, this.#id);
  }

  /** The value of the calling thread. */
  get value(): T {
    if (this.#value === undefined) this.value = this.#init ? this.#init() : ({} as T);
    return this.#value as T;
  }

  set value(value: T) {
    this.#value = value;
    this.#keep();
  }

  [toWire](medium: Medium): LocalState {
    if (medium === 'process') throw new TransferError('Cannot send a Local to another process: it is for threads');
    const state = { id: this.#id, init: this.#init && describeTarget(this.#init) };
    this.#hasCrossed = true;
    this.#keep();
    return state;
  }

  static [fromWire]({ id, init }: LocalState): Local<object> {
    const here = known.get(id)?.deref();
    if (here !== undefined) return here;
    const make = init && ((loadTargetNow(init) ?? loadTarget(init)) as (() => object) | Promise<() => object>);
    if (typeof make === 'object')
      throw new TransferError(`Cannot receive a Local yet: ${init?.module} is still being loaded`);
    adopted = { type: this, id };
    try {
      return new this(make);
    } finally {
      adopted = undefined;
    }
  }

  [inspect.custom](): string {
    return `${this.constructor.name} { ${this.#value === undefined ? 'no value yet' : inspect(this.#value)} }`;
  }

  #keep(): void {
    if (this.#hasCrossed && this.#value !== undefined) kept.set(this.#id, this as Local<object>);
  }
}
