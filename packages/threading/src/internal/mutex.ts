import { deliverRung } from './bell.ts';
import { latch, unlatch } from './latch.ts';
import { lockEvents } from './events.ts';
import { Kind, Node, State } from './layout.ts';
import { append, first, prune, readmit, relink, remove } from './line.ts';
import { announce, freeNode, mustHandOver, stateOf, takeNode, wake } from './nodes.ts';
import { isAlive, memory, self } from './registry.ts';
import { type Turn, blockFor, isGrantedBelow, type timedOut } from './turn.ts';

/** The size of a mutex's memory, in words. */
export const MUTEX_WORDS = 32;

// Words. The owner's ident, or 0; negative while somebody stands in line; and a bit that says that the first in line is
// awake, and tries to take the lock as soon as it is free.
const OWNER = 0;
const LATCH = 16;
const HEAD = 17;
const WAITERS = -0x8000_0000;
const AWAKE = 0x4000_0000;
const IDENT = 0x3fff_ffff;

const SPINS = 40;
const WOKEN_SPINS = 400;

/**
 * A lock in shared memory that knows which thread holds it, and passes on from those who die with it.
 *
 * A wait for it gives whether the holder before died with it. See the README beside this file.
 */
export class Mutex implements Turn<boolean> {
  readonly action = 'acquire the lock';
  readonly reporter = lockEvents;
  readonly isHeld = true;
  readonly #words: Int32Array;
  // The nodes with which this thread awaits the lock.
  readonly #awaiting = new Set<number>();
  #abandoned = false;

  constructor(words: Int32Array) {
    this.#words = words;
  }

  /** Takes the lock if it is free: one compareExchange. */
  tryFast(): boolean {
    // Pairs with the compareExchange in release.
    return Atomics.compareExchange(this.#words, OWNER, 0, self) === 0;
  }

  /**
   * Takes the lock if it is free or its holder is dead, without a wait.
   *
   * @returns Whether the holder before died with it; `undefined` if the lock is held.
   */
  tryTake(): boolean | undefined {
    for (;;) {
      const word = Atomics.load(this.#words, OWNER);
      const owner = word & IDENT;
      if (owner === 0) {
        if (Atomics.compareExchange(this.#words, OWNER, word, word | self) === word) return false;
      } else if (isAlive(owner)) return undefined;
      else if (word > 0) {
        if (Atomics.compareExchange(this.#words, OWNER, word, self) === word) return true;
      } else {
        // The dead one's lock belongs to the first in line.
        this.recheck();
        if (Atomics.load(this.#words, OWNER) === word) return undefined;
      }
    }
  }

  /** The ident of the thread that holds the lock; 0 if it is free, or its holder dead. */
  owner(): number {
    const owner = Atomics.load(this.#words, OWNER) & IDENT;
    return owner !== 0 && isAlive(owner) ? owner : 0;
  }

  /**
   * Gives up the lock, whoever holds it.
   *
   * @returns `false` if it was free.
   */
  release(): boolean {
    const words = this.#words;
    // Pairs with the compareExchange in tryFast: the next holder sees what this one wrote.
    if (Atomics.compareExchange(words, OWNER, self, 0) === self) return true;
    return this.#releaseSlowly();
  }

  /**
   * Blocks until the lock is this thread's, or time has run out.
   *
   * What awaits the lock in this thread cannot run meanwhile: were it given the lock, nobody would ever release it.
   */
  block(timeout: number): boolean | typeof timedOut {
    if (this.#awaiting.size === 0) return blockFor(this, timeout);
    const aside = this.standAside();
    try {
      return this.#takeBack(aside) ?? blockFor(this, timeout);
    } finally {
      this.lineUp(aside);
    }
  }

  /** Takes what awaits the lock in this thread out of the line, until {@link lineUp}. */
  standAside(): number[] {
    if (this.#awaiting.size === 0) return [];
    this.#lock();
    const aside = [...this.#awaiting].filter((node) => stateOf(node) === State.Waiting);
    for (const node of aside) {
      remove(this.#words, HEAD, node);
      this.#awaiting.delete(node);
    }
    this.#settle();
    this.#unlock();
    return aside;
  }

  /** Takes what stood aside back into the line, where it stood. */
  lineUp(aside: readonly number[]): void {
    if (aside.length === 0) return;
    this.#lock();
    for (const node of aside) {
      readmit(this.#words, HEAD, node);
      this.#awaiting.add(node);
    }
    Atomics.or(this.#words, OWNER, WAITERS);
    this.#settle();
    this.#unlock();
  }

  /** Whether the lock has been granted to code of this thread that has not run since. */
  isGrantedHere(): boolean {
    return this.#grantedNode() !== undefined || isGrantedBelow(this);
  }

  enter(kind: number): number {
    const free = kind === Kind.Awaiting ? this.tryTake() : this.#spin();
    if (free !== undefined) {
      this.#abandoned = free;
      return 0;
    }
    const node = takeNode(kind);
    this.#lock();
    for (;;) {
      const word = Atomics.load(this.#words, OWNER);
      const owner = word & IDENT;
      if (owner === 0 || (word > 0 && !isAlive(owner))) {
        if (Atomics.compareExchange(this.#words, OWNER, word, (word & WAITERS) | self) !== word) continue;
        this.#unlock();
        freeNode(node);
        this.#abandoned = owner !== 0;
        return 0;
      }
      // From here on a release finds that somebody waits, and comes for the latch.
      if (Atomics.compareExchange(this.#words, OWNER, word, word | WAITERS) === word) break;
    }
    append(this.#words, HEAD, node);
    this.#unlock();
    if (kind === Kind.Awaiting) this.#awaiting.add(node);
    return node;
  }

  taken(): boolean {
    return this.#abandoned;
  }

  granted(node: number): boolean | undefined {
    if (stateOf(node) !== State.Granted && !this.#takeWoken(node)) return undefined;
    const abandoned = memory[node + Node.Data] === 1;
    this.#awaiting.delete(node);
    freeNode(node);
    return abandoned;
  }

  leave(node: number): boolean {
    this.#lock();
    const left = stateOf(node) !== State.Granted;
    if (left) {
      remove(this.#words, HEAD, node);
      this.#settle();
    }
    this.#unlock();
    if (!left) return false;
    this.#awaiting.delete(node);
    freeNode(node);
    return true;
  }

  recheck(): void {
    this.#lock();
    this.#settle();
    this.#unlock();
  }

  // Takes over the lock from awaiting code of this thread that was granted it and has not run since: that waits again.
  #takeBack(aside: number[]): boolean | undefined {
    const node = this.#grantedNode();
    if (node === undefined) return undefined;
    this.#lock();
    Atomics.store(memory, node + Node.State, State.Waiting);
    this.#unlock();
    aside.unshift(node);
    this.#awaiting.delete(node);
    // Whoever granted it held the latch until it had rung. The bell must forget the node before it is rung for again.
    deliverRung();
    return memory[node + Node.Data] === 1;
  }

  #grantedNode(): number | undefined {
    for (const node of this.#awaiting) if (stateOf(node) === State.Granted) return node;
    return undefined;
  }

  // Takes a lock that comes free within a microsecond or two, and that of a dead thread.
  #spin(): boolean | undefined {
    for (let looks = 0; looks < SPINS; looks += 1) {
      const free = (Atomics.load(this.#words, OWNER) & IDENT) === 0 ? this.tryTake() : undefined;
      if (free !== undefined) return free;
    }
    return this.tryTake();
  }

  #releaseSlowly(): boolean {
    const words = this.#words;
    for (;;) {
      const word = Atomics.load(words, OWNER);
      if ((word & IDENT) === 0) return false;
      // Somebody waits, and nobody of those is awake: the latch is needed.
      if (word < 0 && (word & AWAKE) === 0) break;
      if (Atomics.compareExchange(words, OWNER, word, word & ~IDENT) === word) return true;
    }
    this.#lock();
    const held = (Atomics.load(words, OWNER) & IDENT) !== 0;
    if (held) {
      const node = first(words, HEAD);
      if (node !== 0 && mustHandOver(node)) this.#handOver(node, false);
      else {
        Atomics.store(words, OWNER, WAITERS);
        this.#passOn();
      }
    }
    this.#unlock();
    return held;
  }

  // Gives the lock to the first in line. As in line.ts, nothing is called between the first change and the last.
  #handOver(node: number, abandoned: boolean): void {
    const words = this.#words;
    const owner = memory[node + Node.Owner] as number;
    const awaiting = memory[node + Node.Kind] === Kind.Awaiting;
    const next = memory[node + Node.Next] as number;
    memory[node + Node.Data] = abandoned ? 1 : 0;
    words[HEAD] = next;
    if (next === 0) words[HEAD + 1] = 0;
    else memory[next + Node.Prev] = 0;
    Atomics.store(words, OWNER, next === 0 ? owner : owner | WAITERS);
    Atomics.store(memory, node + Node.State, State.Granted);
    announce(node, owner, awaiting);
  }

  // The lock is free, and whoever is quick may take it: wakes the first in line, so that it tries.
  #passOn(): void {
    const node = first(this.#words, HEAD);
    if (node === 0) Atomics.and(this.#words, OWNER, IDENT);
    else if (mustHandOver(node)) {
      const owner = memory[node + Node.Owner] as number;
      if (Atomics.compareExchange(this.#words, OWNER, WAITERS, owner | WAITERS) === WAITERS)
        this.#handOver(node, false);
    } else {
      Atomics.or(this.#words, OWNER, AWAKE);
      if (stateOf(node) === State.Waiting) wake(node, State.Woken);
    }
  }

  // The first in line has been woken: it tries for as long as somebody who holds the lock for a moment may need.
  #takeWoken(node: number): boolean {
    for (let looks = 0; looks < WOKEN_SPINS && (Atomics.load(this.#words, OWNER) & IDENT) !== 0; looks += 1);
    this.#lock();
    try {
      while (stateOf(node) !== State.Granted) {
        const word = Atomics.load(this.#words, OWNER);
        if ((word & IDENT) === 0) {
          if (Atomics.compareExchange(this.#words, OWNER, word, self | WAITERS) !== word) continue;
          remove(this.#words, HEAD, node);
          if (this.#words[HEAD] === 0) Atomics.and(this.#words, OWNER, IDENT);
          return true;
        }
        // It is held at this moment, and from here on its holder comes for the latch when it releases.
        if (Atomics.compareExchange(this.#words, OWNER, word, word & ~AWAKE) !== word) continue;
        Atomics.store(memory, node + Node.State, State.Waiting);
        return false;
      }
      return true;
    } finally {
      this.#unlock();
    }
  }

  // Brings all in order: drops the dead from the line, and gives their lock to the first in it.
  #settle(): void {
    prune(this.#words, HEAD);
    const node = first(this.#words, HEAD);
    // Before the owner is looked at: one who has seen the bit and releases the lock has done so by then.
    if (node === 0 || stateOf(node) !== State.Woken) Atomics.and(this.#words, OWNER, ~AWAKE);
    const owner = Atomics.load(this.#words, OWNER) & IDENT;
    if (node === 0) {
      Atomics.and(this.#words, OWNER, IDENT);
    } else if (owner === 0) this.#passOn();
    else if (!isAlive(owner)) this.#handOver(node, true);
  }

  #lock(): void {
    if (!latch(this.#words, LATCH)) return;
    relink(this.#words, HEAD);
    this.#settle();
  }

  #unlock(): void {
    unlatch(this.#words, LATCH);
  }
}
