import { inspect } from 'node:util';

import { Guard, InvalidStateError, type WaitOptions } from '@weft/core';

import { taskStore } from './internal/task-store.ts';
import { WaitList } from './internal/wait-list.ts';
import { parkWithin, refuse } from './internal/wait-limits.ts';
import { UninterruptibleWaiter, type Waiter, park } from './internal/waiter.ts';
import type { Task } from './task.ts';

const SPENT = new Guard(() => {});
SPENT[Symbol.dispose]();

/**
 * Lets one task in at a time. Not reentrant; anybody may release it.
 *
 * A release hands the lock to whoever waits longest. Cancelling a waiter, also one that was just handed the lock,
 * passes it on to the next.
 *
 * @see https://docs.python.org/3/library/asyncio-sync.html#asyncio.Lock
 * @example
 * const lock = new Lock();
 * await lock.with(() => update());
 */
export class Lock {
  #locked = false;
  readonly #waiters = new WaitList('to acquire a lock');
  readonly #unlock = (): void => this.release();
  #guard: Guard = new Guard(this.#unlock);
  #ready: Promise<Guard> = Promise.resolve(this.#guard);

  /**
   * Waits until the lock is free and takes it.
   *
   * If `signal` aborts, time runs out or the task is cancelled, the lock has not been taken.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns A guard; disposing of it releases the lock, once.
   * @throws {TimeoutError} If the lock did not come free in time.
   * @example
   * const lock = new Lock();
   * using guard = await lock.acquire();
   */
  acquire(options?: WaitOptions): Promise<Guard> {
    const refused = options === undefined ? undefined : refuse(options);
    if (refused) return refused;
    if (!this.#locked) {
      this.#locked = true;
      return this.#readyGuard();
    }
    const task = taskStore.getStore();
    return options
      ? parkWithin(task, this.#waiters, this, undefined, options)
      : park(task, this.#waiters, this, undefined);
  }

  /** Takes the lock if it is free; `undefined` if it is not. */
  tryAcquire(): Guard | undefined {
    if (this.#locked) return undefined;
    this.#locked = true;
    return new Guard(this.#unlock);
  }

  /**
   * Gives the lock to whoever waits longest, or frees it.
   *
   * @throws {InvalidStateError} If it is free already.
   */
  release(): void {
    if (!this.#locked) throw new InvalidStateError('Cannot release the lock: it is not locked');
    const next = this.#waiters.head;
    if (next === undefined) this.#locked = false;
    else next.wake();
  }

  /** Whether somebody holds it. */
  locked(): boolean {
    return this.#locked;
  }

  /** Calls a function while it holds the lock, and gives its result. */
  async with<T>(fn: () => PromiseLike<T> | T): Promise<T> {
    if (this.#locked) await park(taskStore.getStore(), this.#waiters, this, undefined);
    else this.#locked = true;
    try {
      return await fn();
    } finally {
      this.release();
    }
  }

  [inspect.custom](): string {
    const waiting = this.#waiters.size === 0 ? '' : `, ${this.#waiters.size} waiting`;
    return `Lock { ${this.#locked ? 'locked' : 'unlocked'}${waiting} }`;
  }

  // A guard that was never disposed of, because its holder called `release`, serves the next holder as well as a new
  // one: either way disposing of it releases the lock.
  #readyGuard(): Promise<Guard> {
    if (this.#guard.held) return this.#ready;
    this.#guard = new Guard(this.#unlock);
    this.#ready = Promise.resolve(this.#guard);
    return this.#ready;
  }

  /** @internal */
  _takeTurn(waiter: Waiter): void {
    waiter.payload = new Guard(this.#unlock);
    waiter.resume();
  }

  /** @internal */
  _revoke(): void {
    this.release();
  }

  /** @internal Releases it for as long as its holder waits, who takes it again and then disposes of the same guard. */
  _lend(): void {
    this.#guard = SPENT;
    this.release();
  }

  /** @internal Takes the lock whatever happens to the task meanwhile: a condition owes its caller the lock. */
  _acquireAnyway(task: Task | undefined): Promise<unknown> | undefined {
    if (!this.#locked) {
      this.#locked = true;
      return undefined;
    }
    const waiter = new UninterruptibleWaiter(task, this, undefined);
    this.#waiters.push(waiter);
    task?._enter(waiter);
    return waiter.promise;
  }
}
