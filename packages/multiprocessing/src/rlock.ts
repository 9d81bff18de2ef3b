import { inspect } from 'node:util';
import { type Guard, type Medium, NotOwnerError, type WaitOptions, fromWire, task, toWire } from '@weft/core';
import { checkWait } from '@weft/core/lowlevel';
import type { Cell } from './internal/cell.ts';
import { checkOwn } from './internal/check-own.ts';
import { ACQUIRE, LockCore, guardFor } from './internal/lock-core.ts';
import { receiveCell } from './internal/open-cell.ts';

/** How often this thread holds each lock: its objects for one lock share the count. */
const depths = new WeakMap<Cell, number>();

/**
 * A lock that its owner may take again; it is free when it was released as often. The owner is a thread of a process.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.RLock
 * @example
 * const lock = new RLock();
 * using outer = await lock.acquire();
 * using inner = await lock.acquire();
 */
export class RLock {
  static {
    task(import.meta, this);
  }
  readonly #core: LockCore;

  /** @param core Left out but by {@link fromWire}. */
  constructor(core: LockCore = new LockCore()) {
    checkOwn('a lock', core, LockCore);
    this.#core = core;
  }

  /**
   * Waits for the lock, unless this thread has it already.
   *
   * If `signal` aborts or time runs out, nothing has been taken.
   *
   * @returns A guard; disposing it releases one level, once.
   * @throws {TimeoutError} If the lock did not come free in time.
   */
  acquire(options: WaitOptions = {}): Promise<Guard> {
    try {
      checkWait(options, ACQUIRE);
      if (options.signal?.aborted !== true) {
        const guard = this.tryAcquire();
        if (guard !== undefined) return Promise.resolve(guard);
      }
    } catch (error) {
      return Promise.reject(error as Error);
    }
    return this.#core.take(this, options, (state) => this.#enter(state));
  }

  /** The same, blocking the thread. */
  acquireSync(options: { timeout?: number | undefined } = {}): Guard {
    checkWait(options, ACQUIRE);
    return this.tryAcquire() ?? this.#core.takeSync(this, options, (state) => this.#enter(state));
  }

  /** Takes the lock if it is free or this thread's, without waiting; answers `undefined` if it is not. */
  tryAcquire(): Guard | undefined {
    // Not merely this thread's: a wait of it may have been granted the lock and not know yet.
    if (this.owned) return this.#enter(0);
    const state = this.#core.tryTake();
    return state >= 0 ? this.#enter(state) : undefined;
  }

  /**
   * Releases one level.
   *
   * @throws {NotOwnerError} If this thread does not hold the lock.
   */
  release(): void {
    this.#checkOwner('release');
    const depth = this.#depth - 1;
    depths.set(this.#core.cell, depth);
    if (depth === 0) this.#core.give();
  }

  /** Whether any thread of any process holds the lock. */
  locked(): boolean {
    return this.#core.held;
  }

  /** Whether this thread holds it. */
  get owned(): boolean {
    return this.#core.mine && this.#depth > 0;
  }

  /** Runs `body` while it holds the lock. */
  async with<T>(body: () => T | PromiseLike<T>, options: WaitOptions = {}): Promise<T> {
    const guard = await this.acquire(options);
    try {
      return await body();
    } finally {
      guard[Symbol.dispose]();
    }
  }

  /**
   * Releases all levels, as waiting on a condition does.
   *
   * @returns What {@link restore} needs.
   */
  releaseAll(): number {
    this.#checkOwner('release');
    const depth = this.#depth;
    depths.set(this.#core.cell, 0);
    this.#core.give();
    return depth;
  }

  /**
   * Puts back the levels that {@link releaseAll} released, once the lock was acquired again: that is one of them, beside
   * those that other code of this thread may have by now.
   */
  restore(depth: number): void {
    depths.set(this.#core.cell, this.#depth + depth - 1);
  }

  [inspect.custom](): string {
    return `RLock { ${this.#core.describe()}${this.owned ? `, ${this.#depth} deep` : ''} }`;
  }

  [toWire](_medium: Medium): unknown {
    return this.#core.cell.send();
  }

  static [fromWire](name: string): RLock {
    return new RLock(new LockCore(receiveCell(name)));
  }

  get #depth(): number {
    return depths.get(this.#core.cell) ?? 0;
  }

  #checkOwner(action: string): void {
    if (!this.owned) throw new NotOwnerError(`Cannot ${action} a lock that this thread does not hold`);
  }

  #enter(state: number): Guard {
    depths.set(this.#core.cell, this.#depth + 1);
    return guardFor(state, () => this.release());
  }
}
