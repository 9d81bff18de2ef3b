import type { WaitOptions } from '@weft/core';

import { taskStore } from './task-store.ts';
import { WaitList } from './wait-list.ts';
import { parkWithin } from './wait-limits.ts';

/** One wait for something that calls back. */
export class Completion<T> {
  readonly #waiters: WaitList;

  /** @param action What is waited for, as a clause: `to connect`. */
  constructor(action: string) {
    this.#waiters = new WaitList(action);
  }

  /** Waits; nothing may call back before. The options have been checked. */
  wait(options: WaitOptions = {}): Promise<T> {
    return parkWithin<T>(taskStore.getStore(), this.#waiters, undefined, undefined, options);
  }

  /** Ends the wait, if there is one. */
  resolve(value: T): void {
    this.#waiters.resolveAll(value);
  }

  /** Ends the wait with an error, if there is one. */
  reject(error: unknown): void {
    this.#waiters.rejectAll(() => error);
  }
}
