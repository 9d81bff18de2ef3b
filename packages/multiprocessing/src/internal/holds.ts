import type { Guard } from '@weft/core';
import { Condition } from '../condition.ts';
import { Lock } from '../lock.ts';
import { Semaphore } from '../semaphore.ts';

/** What a client got by an `acquire`, until it is given back. */
interface Hold {
  readonly id: number;
  readonly client: object;
  readonly target: object;
  readonly guard: Guard;
}

/** What the clients of a manager's server hold. */
export class Holds {
  readonly #holds = new Map<number, Hold>();
  readonly #ofTarget = new Map<object, Hold[]>();
  /** How many permits semaphores had at the start. */
  readonly #permits = new WeakMap<object, number>();
  #last = 0;

  /** Learns of a new object of the server. */
  meet(object: object): void {
    if (object instanceof Semaphore) this.#permits.set(object, object.getValue());
  }

  /** Remembers what a client got, and gives it an id. */
  add(client: object, target: object, guard: Guard): number {
    this.#last += 1;
    this.#put({ id: this.#last, client, target, guard });
    return this.#last;
  }

  /** Gives back what a client's guard holds, if it is held still. */
  dispose(client: object, id: number): void {
    const hold = this.#holds.get(id);
    if (hold?.client !== client) return;
    this.#remove(hold);
    hold.guard[Symbol.dispose]();
  }

  /**
   * Calls `release` of an object, after which the guards of what it gives back are forgotten: a client's newest ones,
   * and of a lock, which anybody may release, also somebody else's.
   */
  async releasing<T>(client: object, target: object, count: number, call: () => Promise<T>): Promise<T> {
    const given = this.#newest(client, target, count);
    for (const hold of given) this.#remove(hold);
    try {
      return await call();
    } catch (error) {
      for (const hold of given) this.#put(hold);
      throw error;
    }
  }

  /**
   * Gives back all that a client held that is gone. If it took leave before, it has kept its permits: another may
   * release them, as of a process that ends in the normal way.
   *
   * @param settled Tells when the hold of an object can be given back, unless it can at once.
   */
  leave(client: object, tookLeave: boolean, settled: (target: object) => Promise<unknown> | undefined): void {
    for (const hold of [...this.#holds.values()]) {
      const { id, client: holder, target } = hold;
      if (holder !== client) continue;
      if (tookLeave && this.#permits.has(target)) {
        this.#remove(hold);
        continue;
      }
      const settling = settled(target);
      if (settling === undefined) this.abandon(id);
      else void settling.then(() => this.abandon(id));
    }
  }

  /** Gives back what a client held that is gone. */
  abandon(id: number): void {
    const hold = this.#holds.get(id);
    if (hold === undefined) return;
    this.#remove(hold);
    const { target } = hold;
    const permits = this.#permits.get(target);
    // A permit that was meant as a signal was never at the start, or came back through somebody else.
    if (permits !== undefined && (target as Semaphore).getValue() + this.#heldOf(target).length >= permits) return;
    try {
      hold.guard[Symbol.dispose]();
    } catch {
      // Somebody else released it.
    }
  }

  #newest(client: object, target: object, count: number): Hold[] {
    const holds = this.#heldOf(target);
    const own = holds.filter((hold) => hold.client === client);
    if (own.length === 0 && (target instanceof Lock || target instanceof Condition)) return holds.slice(-1);
    return count > 0 ? own.slice(-count) : [];
  }

  #heldOf(target: object): readonly Hold[] {
    return this.#ofTarget.get(target) ?? [];
  }

  #put(hold: Hold): void {
    this.#holds.set(hold.id, hold);
    const same = this.#ofTarget.get(hold.target);
    if (same) same.push(hold);
    else this.#ofTarget.set(hold.target, [hold]);
  }

  #remove(hold: Hold): void {
    this.#holds.delete(hold.id);
    const rest = this.#heldOf(hold.target).filter((other) => other !== hold);
    if (rest.length > 0) this.#ofTarget.set(hold.target, rest);
    else this.#ofTarget.delete(hold.target);
  }
}
