import { QueueShutDownError } from '@weft/core';
import type { Arena } from './arena.ts';
import { latch, unlatch } from './latch.ts';
import { Node, State } from './layout.ts';
import { after, first, prune, relink, release } from './line.ts';
import { stateOf, wake } from './nodes.ts';
import type { Order } from './order.ts';
import { type Found, type Parcel, blockWords, needsBlock, readBlock, throwAway, writeBlock } from './parcel.ts';
import { Word } from './queue-layout.ts';
import { deaths, memory } from './registry.ts';
import { openShelf } from './shelf.ts';

/** What a node's data says when its wait ends because the queue was shut down. */
export const SHUT = 1;

// Up to so many bytes are copied with the latch held.
const COPY_LATCHED = 16_384;

/**
 * Items, and three lines: of those who wait for an item, for a place, and for all tasks to be done.
 *
 * Who is woken stays in line until it has taken its item or place, which is promised to it meanwhile: should it die,
 * the promise goes to the next.
 */
export class QueueCore {
  readonly words: Int32Array;
  readonly arena: Arena;
  readonly #order: Order;

  constructor(words: Int32Array, arena: Arena, order: Order) {
    openShelf();
    this.words = words;
    this.arena = arena;
    this.#order = order;
  }

  /** Which item comes next, in words. */
  get rule(): Order['rule'] {
    return this.#order.rule;
  }

  /** A number that all threads know the queue by, for those who watch: the first who asks draws it. */
  get id(): number {
    // Not loaded with this module: it takes several milliseconds, before the first thread can start.
    const drawn = process.getBuiltinModule('node:crypto').randomInt(1, 2 ** 31);
    return Atomics.compareExchange(this.words, Word.Id, 0, drawn) || drawn;
  }

  /** Takes the latch; what dead threads left undone is done first. */
  lock(): void {
    const torn = latch(this.words, Word.Latch);
    if (torn || this.words[Word.Seen] !== deaths()) this.#mend(torn);
  }

  unlock(): void {
    unlatch(this.words, Word.Latch);
  }

  /** Does what dead threads left undone. */
  recheck(): void {
    this.lock();
    this.unlock();
  }

  read(word: number): number {
    return Atomics.load(this.words, word);
  }

  /** How many items are there for whoever comes. */
  available(): number {
    return (this.words[Word.Count] as number) - (this.words[Word.Promised] as number);
  }

  /** Whether there is a place for whoever comes. */
  hasRoom(): boolean {
    const maxsize = this.words[Word.Maxsize] as number;
    return maxsize <= 0 || (this.words[Word.Count] as number) + (this.words[Word.Room] as number) < maxsize;
  }

  /** Puts the bytes of a parcel in a block, if they are so many that the latch should not be held meanwhile. */
  store(parcel: Parcel): void {
    if (parcel.length <= COPY_LATCHED || !needsBlock(parcel) || parcel.block !== 0) return;
    this.lock();
    try {
      parcel.block = this.arena.take(blockWords(parcel.length));
    } finally {
      this.unlock();
    }
    writeBlock(this.arena, parcel);
  }

  /** Gives back what a parcel has that was not put. */
  discard(parcel: Parcel): void {
    throwAway(parcel);
    if (parcel.block === 0) return;
    this.lock();
    this.arena.give(parcel.block, blockWords(parcel.length));
    this.unlock();
  }

  /** Adds an item. The latch must be held, and there must be room. */
  push(parcel: Parcel, item: unknown): void {
    if (needsBlock(parcel) && parcel.block === 0) {
      parcel.block = this.arena.take(blockWords(parcel.length));
      writeBlock(this.arena, parcel);
    }
    this.#order.push(parcel, item);
    this.promiseItems();
  }

  /** Takes the next item. The latch must be held; it is let go. */
  pop(): Found {
    const found = this.#next();
    this.promiseRoom();
    const large = found.length > COPY_LATCHED;
    if (large) this.unlock();
    readBlock(this.arena, found);
    if (large) this.lock();
    if (found.block !== 0) this.arena.give(found.block, blockWords(found.length));
    this.unlock();
    return found;
  }

  // A comparison may throw: then the item stays, for whoever comes next.
  #next(): Found {
    try {
      return this.#order.pop();
    } catch (error) {
      this.promiseItems();
      this.unlock();
      throw error;
    }
  }

  /** The numbers of the items that this thread has put and nobody has taken. */
  numbersHere(): Set<number> {
    const numbers = new Set<number>();
    this.lock();
    this.#order.collectNumbers(numbers);
    this.unlock();
    return numbers;
  }

  /** Wakes as many getters as there are items for them. */
  promiseItems(): void {
    for (let node = 0; this.available() > 0 && (node = this.#firstWaiting(Word.Getters)) !== 0;) {
      this.words[Word.Promised] = (this.words[Word.Promised] as number) + 1;
      wake(node, State.Woken);
    }
  }

  /** Wakes as many putters as there are places for them. */
  promiseRoom(): void {
    if (this.words[Word.Putters] === 0) return;
    for (let node = 0; this.hasRoom() && (node = this.#firstWaiting(Word.Putters)) !== 0;) {
      this.words[Word.Room] = (this.words[Word.Room] as number) + 1;
      wake(node, State.Woken);
    }
  }

  /** Notes that an item has been dealt with. Answers `false` if there was none. */
  finishTask(): boolean {
    this.lock();
    const unfinished = this.words[Word.Unfinished] as number;
    if (unfinished > 0) Atomics.store(this.words, Word.Unfinished, unfinished - 1);
    this.#releaseJoiners();
    this.unlock();
    return unfinished > 0;
  }

  /** Refuses what is put from now on, and throws away what there is if that is wanted. */
  shutDown(immediate: boolean): void {
    this.lock();
    Atomics.store(this.words, Word.Shut, 1);
    if (immediate) this.#drain();
    this.#sendAway(Word.Putters, true);
    this.#sendAway(Word.Getters, immediate);
    this.#releaseJoiners();
    this.unlock();
  }

  /** Refuses if the queue was shut down. */
  mustBeOpen(): void {
    if (this.read(Word.Shut) === 1) throw new QueueShutDownError();
  }

  #drain(): void {
    while ((this.words[Word.Count] as number) > 0) {
      const found = this.#order.popAny();
      readBlock(this.arena, found);
      throwAway(found);
      if (found.block !== 0) this.arena.give(found.block, blockWords(found.length));
      if ((this.words[Word.Unfinished] as number) > 0)
        this.words[Word.Unfinished] = (this.words[Word.Unfinished] as number) - 1;
    }
  }

  // Those who have been promised something keep it, unless it is gone.
  #sendAway(head: number, everyone: boolean): void {
    for (let node = this.words[head] as number; node !== 0; node = after(node)) {
      const waiting = stateOf(node) === State.Waiting;
      if (waiting || everyone) memory[node + Node.Data] = SHUT;
      if (waiting) wake(node, State.Woken);
    }
    this.#recount();
  }

  #releaseJoiners(): void {
    if ((this.words[Word.Unfinished] as number) > 0) return;
    for (let node = first(this.words, Word.Joiners); node !== 0; node = first(this.words, Word.Joiners)) {
      release(this.words, Word.Joiners, node, State.Granted);
    }
  }

  #firstWaiting(head: number): number {
    let node = first(this.words, head);
    while (node !== 0 && stateOf(node) !== State.Waiting) node = after(node);
    return node;
  }

  #mend(torn: boolean): void {
    this.words[Word.Seen] = deaths();
    if (torn) this.#order.mend();
    for (const head of [Word.Getters, Word.Putters, Word.Joiners]) {
      if (torn) relink(this.words, head);
      prune(this.words, head);
    }
    this.#recount();
    this.promiseItems();
    this.promiseRoom();
    this.#releaseJoiners();
  }

  // What is promised is what the lines say.
  #recount(): void {
    this.words[Word.Promised] = this.#countWoken(Word.Getters);
    this.words[Word.Room] = this.#countWoken(Word.Putters);
  }

  #countWoken(head: number): number {
    let count = 0;
    for (let node = this.words[head] as number; node !== 0; node = after(node)) {
      if (stateOf(node) === State.Woken && memory[node + Node.Data] !== SHUT) count += 1;
    }
    return count;
  }
}
