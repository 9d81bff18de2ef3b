import { Guard, type WaitOptions } from '@weft/core';
import { checkTimeout } from '@weft/core/lowlevel';
import { NO_WAIT } from './cell-memory.ts';
import type { Cell } from './cell.ts';
import { lockEvents } from './diagnostics.ts';
import { LOCK } from './kinds.ts';
import { createCell } from './open-cell.ts';
import {
  ABANDONED,
  AT_OWNER,
  NOT_HELD,
  OWNER_MASK,
  TAKEN,
  TAKEN_ABANDONED,
  acquire,
  release,
} from './operations/lock.ts';
import { reap } from './operations/waits.ts';
import { type Wait, park, parkSync } from './parking.ts';

/** What is waited for, as an infinitive. */
export const ACQUIRE = 'acquire the lock';
/** How often a thread looks at a lock before it sleeps: about as long as a short critical section lasts. */
const SPINS = 1000;

/** The lock word in shared memory: what `Lock` and `RLock` are made of. */
export class LockCore {
  readonly cell: Cell;
  readonly #mine: number;
  readonly #words: Int32Array | undefined;

  constructor(cell: Cell = createCell(LOCK, [0])) {
    this.cell = cell;
    this.#mine = cell.member + 1;
    this.#words = cell.words;
  }

  /** Takes the lock if it is free: {@link TAKEN}, {@link TAKEN_ABANDONED}, or something negative. */
  tryTake(): number {
    // Pairs with the release: who finds the lock free sees all that its last holder wrote.
    if (this.#words !== undefined && Atomics.compareExchange(this.#words, AT_OWNER, 0, this.#mine) === 0) return TAKEN;
    return this.cell.run(acquire, 0, NO_WAIT);
  }

  /** Waits for the lock; `finish` gets {@link TAKEN} or {@link TAKEN_ABANDONED}. */
  take<T>(subject: object, options: WaitOptions, finish: (state: number) => T): Promise<T> {
    return park(options, this.#wait(subject, finish));
  }

  /** Waits for the lock asleep, after a short moment awake. */
  takeSync<T>(subject: object, options: { timeout?: number | undefined }, finish: (state: number) => T): T {
    const words = this.#words;
    if (checkTimeout(options.timeout) > 0 && words !== undefined) {
      for (let spins = 0; spins < SPINS; spins += 1) {
        if (Atomics.load(words, AT_OWNER) === 0 && Atomics.compareExchange(words, AT_OWNER, 0, this.#mine) === 0)
          return finish(TAKEN);
      }
    }
    return parkSync(options, this.#wait(subject, finish));
  }

  /** Gives the lock up. Answers whether anybody held it. */
  give(): boolean {
    // Without the mark of those who wait the word can go back to 0 at once.
    const words = this.#words;
    if (words !== undefined && Atomics.compareExchange(words, AT_OWNER, this.#mine, 0) === this.#mine) return true;
    return this.cell.run(release) !== NOT_HELD;
  }

  /** Whether anybody who lives holds it. */
  get held(): boolean {
    if (this.#holder !== 0 && !this.mine) this.cell.run(reap);
    return this.#holder !== 0;
  }

  /** Whether this thread holds it. */
  get mine(): boolean {
    return this.#holder === this.#mine;
  }

  /** The state in words. */
  describe(): string {
    const word = this.cell.load(AT_OWNER);
    if ((word & OWNER_MASK) === 0) return word & ABANDONED ? 'unlocked, abandoned' : 'unlocked';
    return this.mine ? 'locked' : `locked by ${this.cell.describeMember((word & OWNER_MASK) - 1)}`;
  }

  get #holder(): number {
    return this.cell.load(AT_OWNER) & OWNER_MASK;
  }

  #wait<T>(subject: object, finish: (state: number) => T): Wait<T> {
    return { cell: this.cell, subject, events: lockEvents, action: ACQUIRE, begin: acquire, finish, passesOn: true };
  }
}

/** A guard for what taking a lock answered. */
export function guardFor(state: number, release: () => void): Guard {
  return new Guard(release, state === TAKEN_ABANDONED);
}
