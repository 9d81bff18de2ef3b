import { inspect } from 'node:util';
import {
  BrokenPipeError,
  type Guard,
  type Medium,
  NotOwnerError,
  type WaitOptions,
  fromWire,
  task,
  toWire,
} from '@weft/core';
import { checkWait } from '@weft/core/lowlevel';
import { Cell } from './internal/cell.ts';
import { checkOwn } from './internal/check-own.ts';
import { lockEvents } from './internal/diagnostics.ts';
import { CONDITION } from './internal/kinds.ts';
import { createCell, receiveCell } from './internal/open-cell.ts';
import { notify, wait } from './internal/operations/condition.ts';
import { type Wait, park, parkSync } from './internal/parking.ts';
import { Lock } from './lock.ts';
import { RLock } from './rlock.ts';

const ACTION = 'wait for the condition';
const EVERYONE = 2 ** 31 - 1;

interface State {
  readonly name: string;
  readonly lock: Lock | RLock;
}

/**
 * Lets processes that hold a lock wait until another one tells them that something has changed.
 *
 * Those who wait longest are notified first. Whoever dies between being notified and waking passes the notice on.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Condition
 * @example
 * using guard = await condition.acquire();
 * await condition.waitFor(() => counter.value === 4);
 */
export class Condition {
  static {
    task(import.meta, this);
  }
  readonly #cell: Cell;
  readonly #lock: Lock | RLock;

  /**
   * @param lock The lock to hold; a new `RLock` if left out. Conditions may share one.
   * @param cell Left out but by {@link fromWire}.
   */
  constructor(lock: Lock | RLock = new RLock(), cell: Cell = createCell(CONDITION, [])) {
    if (!(lock instanceof Lock || lock instanceof RLock))
      throw new TypeError('Cannot make a condition: its lock must be a Lock or RLock of multiprocessing');
    checkOwn('a condition', cell, Cell);
    this.#lock = lock;
    this.#cell = cell;
  }

  /** Waits for the lock, as the lock's own method. */
  acquire(options: WaitOptions = {}): Promise<Guard> {
    return this.#lock.acquire(options);
  }

  /** The same, blocking the thread. */
  acquireSync(options: { timeout?: number | undefined } = {}): Guard {
    return this.#lock.acquireSync(options);
  }

  /** Takes the lock if it is free, without waiting. */
  tryAcquire(): Guard | undefined {
    return this.#lock.tryAcquire();
  }

  /** Releases the lock. */
  release(): void {
    this.#lock.release();
  }

  /** Whether anybody holds the lock. */
  locked(): boolean {
    return this.#lock.locked();
  }

  /** Runs `body` while it holds the lock. */
  with<T>(body: () => T | PromiseLike<T>, options: WaitOptions = {}): Promise<T> {
    return this.#lock.with(body, options);
  }

  /**
   * Releases the lock, waits to be notified, and takes the lock again.
   *
   * The lock is held again however the wait ends, also by an abort.
   *
   * @returns Whether it was notified: `false` if time ran out.
   * @throws {NotOwnerError} If the lock is not held.
   */
  async wait(options: WaitOptions = {}): Promise<boolean> {
    this.#checkOwner('wait');
    const left = new Departure(this.#lock);
    try {
      return await park(options, this.#wait(left));
    } finally {
      if (left.depth > 0) await this.#comeBack(left);
    }
  }

  /** The same, blocking the thread. */
  waitSync(options: { timeout?: number | undefined } = {}): boolean {
    this.#checkOwner('wait');
    const left = new Departure(this.#lock);
    try {
      return parkSync(options, this.#wait(left));
    } finally {
      if (left.depth > 0) {
        this.#lock.acquireSync();
        left.restore();
      }
    }
  }

  /**
   * Waits until `predicate` answers something true; it is asked with the lock held.
   *
   * @param options One deadline for the whole wait.
   * @returns What the predicate answered last: something false if time ran out.
   */
  async waitFor<T>(predicate: () => T, options: WaitOptions = {}): Promise<T> {
    this.#checkOwner('wait');
    const end = deadline(predicate, options);
    for (;;) {
      const answer = predicate();
      const rest = end - performance.now();
      if (answer || rest <= 0) return answer;
      await this.wait({ ...options, timeout: rest });
    }
  }

  /** The same, blocking the thread. */
  waitForSync<T>(predicate: () => T, options: { timeout?: number | undefined } = {}): T {
    this.#checkOwner('wait');
    const end = deadline(predicate, options);
    for (;;) {
      const answer = predicate();
      const rest = end - performance.now();
      if (answer || rest <= 0) return answer;
      this.waitSync({ timeout: rest });
    }
  }

  /**
   * Wakes up to `n` of those who wait; they go on when they have the lock.
   *
   * @throws {RangeError} If `n` is negative or no whole number.
   * @throws {NotOwnerError} If the lock is not held.
   */
  notify(n = 1): void {
    if (n !== Infinity && (!Number.isInteger(n) || n < 0))
      throw new RangeError(`Cannot notify ${n}: it must be a whole number from 0 on`);
    this.#checkOwner('notify');
    this.#cell.run(notify, Math.min(n, EVERYONE));
  }

  /** Wakes all who wait. */
  notifyAll(): void {
    this.notify(EVERYONE);
  }

  [inspect.custom](): string {
    return `Condition { ${inspect(this.#lock)} }`;
  }

  [toWire](_medium: Medium): unknown {
    return { name: this.#cell.send(), lock: this.#lock } satisfies State;
  }

  static [fromWire]({ name, lock }: State): Condition {
    return new Condition(lock, receiveCell(name));
  }

  #wait(left: Departure): Wait<boolean> {
    return {
      cell: this.#cell,
      subject: this,
      events: lockEvents,
      action: ACTION,
      begin: wait,
      // Only then: nobody can notify before this one stands in line.
      entered: () => left.leave(),
      finish: () => true,
      expire: () => false,
    };
  }

  async #comeBack(left: Departure): Promise<void> {
    let cancelled: { error: unknown } | undefined;
    for (;;) {
      try {
        await this.#lock.acquire();
        break;
      } catch (error) {
        // With the broker the lock is gone: nobody will ever hold it again.
        if (error instanceof BrokenPipeError) throw error;
        // Cancelled while it takes the lock: take it all the same, the caller has to find it held.
        cancelled = { error };
      }
    }
    left.restore();
    if (cancelled) throw cancelled.error;
  }

  #checkOwner(action: string): void {
    if (!this.#lock.owned) throw new NotOwnerError(`Cannot ${action}: the condition's lock is not held`);
  }
}

/** The lock, given up for the time of a wait. */
class Departure {
  /** How deep the lock was held; 0 until it is given up. */
  depth = 0;
  readonly #lock: Lock | RLock;

  constructor(lock: Lock | RLock) {
    this.#lock = lock;
  }

  leave(): void {
    if (this.depth > 0) return;
    if (this.#lock instanceof RLock) this.depth = this.#lock.releaseAll();
    else {
      this.depth = 1;
      this.#lock.release();
    }
  }

  restore(): void {
    if (this.#lock instanceof RLock) this.#lock.restore(this.depth);
  }
}

function deadline(predicate: unknown, options: WaitOptions): number {
  if (typeof predicate !== 'function')
    throw new TypeError(`Cannot wait for ${inspect(predicate, { depth: 0 })}: it must be a function`);
  return performance.now() + checkWait(options, ACTION);
}
