import { inspect } from 'node:util';
import { type WaitOptions, fromWire, task } from '@weft/core';
import { checkWait } from '@weft/core/lowlevel';
import { GATE_WORDS, Gate, HEAD } from './internal/gate.ts';
import { State } from './internal/layout.ts';
import { first, release } from './internal/line.ts';
import { SharedObject, type SharedState, adopt } from './internal/shared-object.ts';
import { awaitFor, blockFor } from './internal/turn.ts';

/**
 * Lets any number of waiters pass once one thread says so, until it is cleared.
 *
 * A waiter that is there when the event is set passes, even if it is cleared at once.
 *
 * @see https://docs.python.org/3/library/threading.html#threading.Event
 * @example
 * const ready = new Event();
 * if (await ready.wait({ timeout: 500 })) start();
 */
export class Event extends SharedObject {
  static {
    task(import.meta, this);
  }
  readonly #flag: Flag;

  /** Makes an event that is not set. */
  constructor() {
    super(GATE_WORDS * 4);
    this.#flag = new Flag(this.words);
  }

  /** Whether the event is set. */
  isSet(): boolean {
    return this.#flag.isSet();
  }

  /** Sets the event and wakes everyone who waits. */
  set(): void {
    this.#flag.set();
  }

  /** Makes those who come from now on wait again. */
  clear(): void {
    this.#flag.clear();
  }

  /**
   * Waits until the event is set.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns `true`; `false` if time ran out first.
   */
  async wait(options: WaitOptions = {}): Promise<boolean> {
    const timeout = checkWait(options, this.#flag.action);
    options.signal?.throwIfAborted();
    if (this.#flag.isSet()) return true;
    return timeout === 0 ? false : awaitFor<boolean>(this.#flag, options, () => false);
  }

  /** Does the same as {@link wait}, blocking the calling thread. */
  waitSync(options: { timeout?: number } = {}): boolean {
    const timeout = checkWait(options, this.#flag.action);
    if (this.#flag.isSet()) return true;
    return timeout > 0 && blockFor(this.#flag, timeout) === true;
  }

  static [fromWire](state: SharedState): Event {
    return adopt(state, this, () => new this());
  }

  [inspect.custom](): string {
    return `${this.constructor.name} { ${this.isSet() ? 'set' : 'unset'} }`;
  }
}

const FLAG = 0;

class Flag extends Gate<boolean> {
  readonly action = 'see the event set';

  isSet(): boolean {
    return Atomics.load(this.words, FLAG) === 1;
  }

  set(): void {
    this.lock();
    Atomics.store(this.words, FLAG, 1);
    this.settle();
    this.unlock();
  }

  clear(): void {
    this.lock();
    Atomics.store(this.words, FLAG, 0);
    this.unlock();
  }

  taken(): boolean {
    return true;
  }

  protected outcome(): boolean {
    return true;
  }

  protected takeNow(): boolean {
    return this.isSet();
  }

  protected settle(): void {
    if (!this.isSet()) return;
    for (let node = first(this.words, HEAD); node !== 0; node = first(this.words, HEAD)) {
      release(this.words, HEAD, node, State.Granted);
    }
  }
}
