import { inspect } from 'node:util';
import { type Guard, type Medium, NotOwnerError, type WaitOptions, fromWire, task, toWire } from '@weft/core';
import { checkWait } from '@weft/core/lowlevel';
import { GATE_WORDS, Gate, HEAD } from './internal/gate.ts';
import { Kind, State } from './internal/layout.ts';
import { first, release } from './internal/line.ts';
import { SharedObject, type SharedState, adopt } from './internal/shared-object.ts';
import { type Turn, awaitFor, blockFor } from './internal/turn.ts';
import type { ConditionLock, Regain } from './lock.ts';
import { RLock } from './rlock.ts';

interface ConditionState extends SharedState {
  lock: ConditionLock;
}

/**
 * Lets threads that hold a lock wait, without it, until another one that holds it notifies them.
 *
 * The longest waiters are notified first, blocking and awaiting alike.
 *
 * @see https://docs.python.org/3/library/threading.html#threading.Condition
 * @example
 * using guard = await changed.acquire();
 * await changed.waitFor(() => stock[0] > 0);
 */
export class Condition extends SharedObject {
  static {
    task(import.meta, this);
  }
  readonly #lock: ConditionLock;
  readonly #waiters: Waiters;

  /** @param lock The lock to hold: a `Lock` or an `RLock`; left out, an `RLock` of its own. */
  constructor(lock: ConditionLock = new RLock()) {
    super(GATE_WORDS * 4);
    if (typeof (lock as Partial<ConditionLock> | null)?.giveUp !== 'function') {
      throw new TypeError(`Cannot make a condition of ${inspect(lock)}: it must be a Lock or an RLock`);
    }
    // That of a condition from another thread, whatever a constructor makes.
    this.#lock = (this.received as ConditionState | undefined)?.lock ?? lock;
    this.#waiters = new Waiters(this.words);
  }

  /** Acquires the lock. */
  acquire(options?: WaitOptions): Promise<Guard> {
    return this.#lock.acquire(options);
  }

  /** Acquires the lock, blocking the calling thread. */
  acquireSync(options?: { timeout?: number }): Guard {
    return this.#lock.acquireSync(options);
  }

  /** Acquires the lock if it is free. */
  tryAcquire(): Guard | undefined {
    return this.#lock.tryAcquire();
  }

  /** Releases the lock. */
  release(): void {
    this.#lock.release();
  }

  /** Whether somebody holds the lock. */
  locked(): boolean {
    return this.#lock.locked();
  }

  /** Runs a function with the lock held, and releases it whatever becomes of that. */
  with<T>(body: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    return this.#lock.with(body, options);
  }

  /**
   * Gives up the lock, waits to be notified, and acquires the lock again, however the wait ends.
   *
   * @param options How long to wait, and a signal that ends the wait. Nothing ends the wait for the lock.
   * @returns Whether it was notified; `false` if time ran out first.
   * @throws {NotOwnerError} If the caller does not hold the lock.
   */
  async wait(options: WaitOptions = {}): Promise<boolean> {
    checkWait(options, this.#waiters.action);
    options.signal?.throwIfAborted();
    const turn = this.#turn();
    try {
      return await awaitFor<boolean>(turn, options, () => false);
    } finally {
      await turn.regain?.async();
    }
  }

  /** Does the same as {@link wait}, blocking the calling thread. */
  waitSync(options: { timeout?: number } = {}): boolean {
    const timeout = checkWait(options, this.#waiters.action);
    const turn = this.#turn();
    try {
      return blockFor(turn, timeout) === true;
    } finally {
      turn.regain?.sync();
    }
  }

  /**
   * Waits until a predicate holds, looking again after each notification.
   *
   * @param predicate Called with the lock held. It may return a promise.
   * @param options How long to wait in all.
   * @returns The predicate's last value: not a true one if time ran out.
   */
  async waitFor<T>(predicate: () => T | PromiseLike<T>, options: WaitOptions = {}): Promise<T> {
    this.#mustOwn('wait');
    const end = performance.now() + checkWait(options, this.#waiters.action);
    for (;;) {
      const value = await predicate();
      const rest = end - performance.now();
      if (value || rest <= 0) return value;
      await this.wait({ ...options, timeout: rest });
    }
  }

  /** Does the same as {@link waitFor}, blocking the calling thread. */
  waitForSync<T>(predicate: () => T, options: { timeout?: number } = {}): T {
    this.#mustOwn('wait');
    const end = performance.now() + checkWait(options, this.#waiters.action);
    for (;;) {
      const value = predicate();
      const rest = end - performance.now();
      if (value || rest <= 0) return value;
      this.waitSync({ timeout: rest });
    }
  }

  /**
   * Notifies waiters. They go on once the caller has released the lock.
   *
   * @param n How many at most.
   * @throws {NotOwnerError} If the caller does not hold the lock.
   * @throws {RangeError} If `n` is NaN.
   */
  notify(n = 1): void {
    this.#mustOwn('notify');
    if (typeof n !== 'number') throw new TypeError(`Cannot notify ${inspect(n)} waiters: it must be a number`);
    if (Number.isNaN(n)) throw new RangeError('Cannot notify NaN waiters: it must be a number');
    this.#waiters.notify(n);
  }

  /** Notifies all waiters. */
  notifyAll(): void {
    this.notify(Infinity);
  }

  override [toWire](medium: Medium): unknown {
    return { ...(super[toWire](medium) as SharedState), lock: this.#lock };
  }

  static [fromWire](state: ConditionState): Condition {
    return adopt(state, this, () => new this(state.lock));
  }

  [inspect.custom](): string {
    return `${this.constructor.name} { ${inspect(this.#lock)} }`;
  }

  // The lock is given up once the waiter stands in line, so that no notification falls between.
  #turn(): Turn<boolean> & { regain: Regain | undefined } {
    this.#mustOwn('wait');
    const waiters = this.#waiters;
    const lock = this.#lock;
    return {
      regain: undefined,
      action: waiters.action,
      reporter: waiters.reporter,
      enter(kind) {
        const node = waiters.enter(kind);
        this.regain = lock.giveUp(kind !== Kind.Awaiting);
        return node;
      },
      taken: () => true,
      granted: (node) => waiters.granted(node),
      leave: (node) => waiters.leave(node),
      recheck: () => waiters.recheck(),
    };
  }

  #mustOwn(action: string): void {
    if (!this.#lock.isOwned()) throw new NotOwnerError(`Cannot ${action}: the caller does not hold the lock`);
  }
}

class Waiters extends Gate<boolean> {
  readonly action = 'be notified';

  notify(n: number): void {
    this.lock();
    for (let left = n; left > 0; left -= 1) {
      const node = first(this.words, HEAD);
      if (node === 0) break;
      release(this.words, HEAD, node, State.Granted);
    }
    this.unlock();
  }

  taken(): boolean {
    return true;
  }

  protected outcome(): boolean {
    return true;
  }

  protected takeNow(): boolean {
    return false;
  }

  protected settle(): void {}
}
