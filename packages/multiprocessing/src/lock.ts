import { inspect } from 'node:util';
import { type Guard, InvalidStateError, type Medium, type WaitOptions, fromWire, task, toWire } from '@weft/core';
import { checkWait } from '@weft/core/lowlevel';
import { checkOwn } from './internal/check-own.ts';
import { ACQUIRE, LockCore, guardFor } from './internal/lock-core.ts';
import { receiveCell } from './internal/open-cell.ts';

/**
 * A lock that processes share: one holder at a time.
 *
 * Those who wait are served in arrival order. If the holder's process dies, the next one gets the lock, with a guard
 * whose `abandoned` is true.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Lock
 * @example
 * const lock = new Lock();
 * using guard = await lock.acquire();
 */
export class Lock {
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
   * Waits for the lock.
   *
   * If `signal` aborts or time runs out, the lock has not been taken.
   *
   * @returns A guard; disposing it releases the lock, once.
   * @throws {TimeoutError} If the lock did not come free in time.
   */
  acquire(options: WaitOptions = {}): Promise<Guard> {
    try {
      checkWait(options, ACQUIRE);
      if (options.signal?.aborted !== true) {
        const state = this.#core.tryTake();
        if (state >= 0) return Promise.resolve(this.#guard(state));
      }
    } catch (error) {
      return Promise.reject(error as Error);
    }
    return this.#core.take(this, options, (state) => this.#guard(state));
  }

  /** The same, blocking the thread. */
  acquireSync(options: { timeout?: number | undefined } = {}): Guard {
    checkWait(options, ACQUIRE);
    const state = this.#core.tryTake();
    if (state >= 0) return this.#guard(state);
    return this.#core.takeSync(this, options, (taken) => this.#guard(taken));
  }

  /** Takes the lock if it is free, without waiting; answers `undefined` if it is not. */
  tryAcquire(): Guard | undefined {
    const state = this.#core.tryTake();
    return state >= 0 ? this.#guard(state) : undefined;
  }

  /**
   * Releases the lock, whoever holds it.
   *
   * @throws {InvalidStateError} If nobody does.
   */
  release(): void {
    if (!this.#core.give()) throw new InvalidStateError('Cannot release a lock that nobody holds');
  }

  /** Whether anybody holds the lock. */
  locked(): boolean {
    return this.#core.held;
  }

  /** Whether this thread holds it. */
  get owned(): boolean {
    return this.#core.mine;
  }

  /**
   * Runs `body` while it holds the lock.
   *
   * @returns What `body` returns; the lock is free by then, also after an error.
   */
  async with<T>(body: () => T | PromiseLike<T>, options: WaitOptions = {}): Promise<T> {
    const guard = await this.acquire(options);
    try {
      return await body();
    } finally {
      guard[Symbol.dispose]();
    }
  }

  [inspect.custom](): string {
    return `Lock { ${this.#core.describe()} }`;
  }

  [toWire](_medium: Medium): unknown {
    return this.#core.cell.send();
  }

  static [fromWire](name: string): Lock {
    return new Lock(new LockCore(receiveCell(name)));
  }

  #guard(state: number): Guard {
    return guardFor(state, () => this.release());
  }
}
