import { inspect } from 'node:util';

import { type Guard, NotOwnerError, type WaitOptions } from '@weft/core';

import { taskStore } from './internal/task-store.ts';
import { WaitList } from './internal/wait-list.ts';
import { parkWithin, refuse } from './internal/wait-limits.ts';
import type { Waiter } from './internal/waiter.ts';
import { Lock } from './lock.ts';

/**
 * Lets tasks wait, while they do not hold the lock, until others say that something has changed.
 *
 * Waiters are notified in arrival order. A notification that meets a cancellation goes to the next one.
 *
 * @see https://docs.python.org/3/library/asyncio-sync.html#asyncio.Condition
 * @example
 * using guard = await condition.acquire();
 * await condition.waitFor(() => items.length > 0);
 */
export class Condition {
  readonly #lock: Lock;
  readonly #waiters = new WaitList('for a condition');

  /** @param lock The lock to use; several conditions may share one. Left out, a lock of its own. */
  constructor(lock: Lock = new Lock()) {
    if (!(lock instanceof Lock)) throw new TypeError(`Cannot make a condition on ${String(lock)}: it must be a Lock`);
    this.#lock = lock;
  }

  /** Waits for the lock and takes it, as {@link Lock.acquire}. */
  acquire(options?: WaitOptions): Promise<Guard> {
    return this.#lock.acquire(options);
  }

  /** Takes the lock if it is free, as {@link Lock.tryAcquire}. */
  tryAcquire(): Guard | undefined {
    return this.#lock.tryAcquire();
  }

  /** Releases the lock, as {@link Lock.release}. */
  release(): void {
    this.#lock.release();
  }

  /** Whether somebody holds the lock. */
  locked(): boolean {
    return this.#lock.locked();
  }

  /** Calls a function while it holds the lock, and gives its result. */
  with<T>(fn: () => PromiseLike<T> | T): Promise<T> {
    return this.#lock.with(fn);
  }

  /**
   * Releases the lock, waits to be notified and takes the lock again.
   *
   * However it ends, by a notification, by time, by a signal or by a cancellation, the caller holds the lock again.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns `true`, or `false` if time ran out.
   * @throws {NotOwnerError} If the lock is free.
   */
  async wait(options: WaitOptions = {}): Promise<boolean> {
    this.#requireLock('wait on');
    const refused = refuse(options);
    if (refused) return refused;
    const task = taskStore.getStore();
    const waiting = parkWithin<boolean>(task, this.#waiters, this, true, options);
    this.#lock._lend();
    const end = await waiting.then(
      (notified) => ({ notified, failed: false, error: undefined as unknown }),
      (error: unknown) => ({ notified: false, failed: true, error }),
    );
    await this.#lock._acquireAnyway(task);
    // A cancellation that came while the lock was awaited is delivered now, and the notification passed on.
    const pending = task?._takePending();
    if (pending !== undefined && end.notified) this.#wake(1);
    if (pending !== undefined) throw pending;
    if (end.failed) throw end.error;
    return end.notified;
  }

  /**
   * Waits until a predicate holds; it is asked with the lock held, at first and after each notification.
   *
   * @returns What the predicate answered, which is what counts as false only if time ran out.
   * @throws {NotOwnerError} If the lock is free.
   */
  async waitFor<T>(predicate: () => T, options: WaitOptions = {}): Promise<T> {
    this.#requireLock('wait on');
    const refused = refuse(options);
    if (refused) return refused;
    const { timeout = Infinity, signal } = options;
    const end = performance.now() + timeout;
    let value = predicate();
    while (!value) {
      const notified = await this.wait({ timeout: Math.max(0, end - performance.now()), signal });
      value = predicate();
      if (!notified) break;
    }
    return value;
  }

  /**
   * Wakes those who wait longest; they go on once the caller has released the lock.
   *
   * @param n How many.
   * @throws {NotOwnerError} If the lock is free.
   * @throws {RangeError} If `n` is NaN or no number.
   */
  notify(n = 1): void {
    if (typeof n !== 'number' || Number.isNaN(n))
      throw new RangeError(`Cannot notify ${String(n)} waiters: it must be a number`);
    this.#requireLock('notify');
    this.#wake(n);
  }

  /** Wakes everyone who waits. */
  notifyAll(): void {
    this.notify(this.#waiters.size);
  }

  [inspect.custom](): string {
    return `Condition { ${this.locked() ? 'locked' : 'unlocked'}, ${this.#waiters.size} waiting }`;
  }

  /** @internal */
  _revoke(): void {
    this.#wake(1);
  }

  /** @internal */
  _expire(waiter: Waiter): void {
    waiter.source = undefined; // nothing was notified: there is nothing to pass on
    waiter.resolve(false);
  }

  #wake(n: number): void {
    for (let left = n; left > 0 && this.#waiters.head !== undefined; left -= 1) this.#waiters.head.wake();
  }

  #requireLock(verb: string): void {
    if (!this.#lock.locked()) throw new NotOwnerError(`Cannot ${verb} the condition: its lock is not held`);
  }
}
