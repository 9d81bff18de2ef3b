import { Guard, NotOwnerError, type WaitOptions } from '@weft/core';
import { Lock } from '../../lock.ts';
import { caller } from '../caller.ts';

/** A reentrant lock that a manager's server keeps; whoever is connected may own it. */
export class ManagedRLock {
  readonly #lock = new Lock();
  #owner: unknown;
  #depth = 0;

  async acquire(options: WaitOptions = {}): Promise<Guard> {
    const client = caller();
    if (this.#owner !== client) {
      await this.#lock.acquire(options);
      this.#owner = client;
    }
    return this.#enter(client);
  }

  tryAcquire(): Guard | undefined {
    const client = caller();
    if (this.#owner !== client && this.#lock.tryAcquire() === undefined) return undefined;
    this.#owner = client;
    return this.#enter(client);
  }

  release(): void {
    this.#leave(caller());
  }

  locked(): boolean {
    return this.#lock.locked();
  }

  #enter(client: unknown): Guard {
    this.#depth += 1;
    return new Guard(() => this.#leave(client));
  }

  #leave(client: unknown): void {
    if (this.#owner !== client || this.#depth === 0)
      throw new NotOwnerError('Cannot release a lock that this process does not hold');
    this.#depth -= 1;
    if (this.#depth > 0) return;
    this.#owner = undefined;
    this.#lock.release();
  }
}
