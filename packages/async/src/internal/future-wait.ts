import type { CancelledError } from '@weft/core';

import type { Future, FutureObserver } from '../future.ts';
import type { Task } from '../task.ts';
import { HANDING_ON, INTERRUPTED, PENDING, RESUMED, WOKEN, makeReady } from './ready-queue.ts';

/**
 * One `await future`. Interrupting it cancels the future, as in asyncio; once the future is done but the awaiting code
 * has not gone on yet, it takes the cancellation itself.
 */
export class FutureWait implements FutureObserver {
  declare state: number;
  declare owner: Task<unknown> | undefined;
  declare readonly future: Future<unknown>;
  declare readonly onValue: (value: unknown) => unknown;
  declare readonly onError: (error: unknown) => unknown;

  constructor(
    future: Future<unknown>,
    owner: Task<unknown> | undefined,
    onValue: (value: unknown) => unknown,
    onError: (error: unknown) => unknown,
  ) {
    this.state = PENDING;
    this.owner = owner;
    this.future = future;
    this.onValue = onValue;
    this.onError = onError;
  }

  interrupt(error: Error): boolean {
    if (this.state === PENDING) {
      this.state = HANDING_ON;
      const taken = this.future._cancelWith(error as CancelledError);
      this.handedOn();
      return taken;
    }
    // Where tasks await each other, the interruption comes back here: the circle is broken.
    return (this.state === WOKEN || this.state === HANDING_ON) && this.#take(error);
  }

  /** The cancellation has been handed on to what is awaited: it waits on, unless that is done by it. */
  handedOn(): void {
    if (this.state === HANDING_ON) this.state = PENDING;
  }

  /** Throws in the awaiting code instead of waiting on. */
  #take(error: Error): boolean {
    this.state = INTERRUPTED;
    this.future._unobserve(this);
    this.owner?._leave(this);
    this.onError(error);
    return true;
  }

  _settled(): void {
    if (this.owner === undefined) this.takeTurn();
    else makeReady(this);
  }

  takeTurn(): void {
    this.state = RESUMED;
    this.owner?._leave(this);
    const { future } = this;
    if (future._succeeded) this.onValue(future._value);
    else this.onError(future._value);
  }

  describe(): string {
    return `for ${this.future._describe()}`;
  }
}
