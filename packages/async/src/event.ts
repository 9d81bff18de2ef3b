import { inspect } from 'node:util';

import type { WaitOptions } from '@weft/core';

import { taskStore } from './internal/task-store.ts';
import { WaitList } from './internal/wait-list.ts';
import { parkWithin, refuse } from './internal/wait-limits.ts';
import { type Waiter, park } from './internal/waiter.ts';

const yes: Promise<boolean> = Promise.resolve(true);

/**
 * Tells any number of tasks that something has happened.
 *
 * @see https://docs.python.org/3/library/asyncio-sync.html#asyncio.Event
 * @example
 * const ready = new Event();
 * createTask(async () => {
 *   await ready.wait();
 * });
 * ready.set();
 */
export class Event {
  #set = false;
  readonly #waiters = new WaitList('for an event');

  /** Sets it and wakes everyone, in arrival order, also if it is cleared right afterwards. */
  set(): void {
    if (this.#set) return;
    this.#set = true;
    this.#waiters.resolveAll(true);
  }

  /** Makes those who come from now on wait. */
  clear(): void {
    this.#set = false;
  }

  /** Whether it is set. */
  isSet(): boolean {
    return this.#set;
  }

  /**
   * Waits until it is set. A wait that ends early leaves nothing behind.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns `true`, or `false` if time ran out.
   */
  wait(options?: WaitOptions): Promise<boolean> {
    const refused = options === undefined ? undefined : refuse(options);
    if (refused) return refused;
    if (this.#set) return yes;
    const task = taskStore.getStore();
    return options ? parkWithin(task, this.#waiters, this, true, options) : park(task, this.#waiters, this, true);
  }

  [inspect.custom](): string {
    const waiting = this.#waiters.size === 0 ? '' : `, ${this.#waiters.size} waiting`;
    return `Event { ${this.#set ? 'set' : 'unset'}${waiting} }`;
  }

  /** @internal */
  _expire(waiter: Waiter): void {
    waiter.resolve(false);
  }
}
