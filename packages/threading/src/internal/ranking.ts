import { inspect } from 'node:util';
import type { Arena } from './arena.ts';
import type { Order } from './order.ts';
import { type Found, type Parcel, SLOT_WORDS, numberIn, peek, readSlot, writeSlot } from './parcel.ts';
import { Word } from './queue-layout.ts';

const FIRST_CAPACITY = 64;

/**
 * Items of which the smallest comes next: a binary heap of slots.
 *
 * All comparisons are made before anything changes, since they may throw. Then the changes are written down as a
 * journal, and carried out; whoever takes the latch from a thread that died there carries them out again.
 */
export class Ranking implements Order {
  readonly rule = 'least first';
  readonly #words: Int32Array;
  readonly #arena: Arena;
  readonly #compare: (a: unknown, b: unknown) => number;

  constructor(words: Int32Array, arena: Arena, compare: (a: unknown, b: unknown) => number) {
    this.#words = words;
    this.#arena = arena;
    this.#compare = compare;
  }

  push(parcel: Parcel, item: unknown): void {
    const words = this.#words;
    const count = words[Word.Count] as number;
    if (count === words[Word.Capacity]) this.#grow();
    let at = count;
    const changes: [place: number, slot: number][] = [];
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = this.#at(parent);
      if (this.#order(item, peek(this.#arena, above)) >= 0) break;
      changes.push([at, above]);
      at = parent;
    }
    const slot = this.#arena.take(SLOT_WORDS);
    writeSlot(this.#arena, slot, parcel);
    changes.push([at, slot]);
    this.#carryOut(changes, count + 1, (words[Word.Unfinished] as number) + 1);
  }

  pop(): Found {
    const words = this.#words;
    const count = (words[Word.Count] as number) - 1;
    const slot = this.#at(0);
    const changes: [place: number, slot: number][] = [];
    if (count > 0) {
      const last = this.#at(count);
      const item = peek(this.#arena, last);
      let at = 0;
      for (let child = 1; child < count; child = at * 2 + 1) {
        if (child + 1 < count && this.#order(this.#item(child + 1), this.#item(child)) < 0) child += 1;
        if (this.#order(item, this.#item(child)) <= 0) break;
        changes.push([at, this.#at(child)]);
        at = child;
      }
      changes.push([at, last]);
    }
    return this.#takeOut(slot, changes, count);
  }

  popAny(): Found {
    const count = (this.#words[Word.Count] as number) - 1;
    return this.#takeOut(this.#at(count), [], count);
  }

  collectNumbers(into: Set<number>): void {
    for (let place = 0; place < (this.#words[Word.Count] as number); place += 1)
      into.add(numberIn(this.#arena, this.#at(place)));
  }

  mend(): void {
    if (this.#words[Word.Journal] !== 0) this.#replay();
  }

  // One that waits for something, or says whether instead of which, would leave the items in any order.
  #order(a: unknown, b: unknown): number {
    const order: unknown = this.#compare(a, b);
    if (typeof order !== 'number' && typeof order !== 'bigint')
      throw new TypeError(`Cannot order items: the comparison returned ${inspect(order)}, which is no number`);
    return order as number;
  }

  #item(place: number): unknown {
    return peek(this.#arena, this.#at(place));
  }

  #at(place: number): number {
    const at = (this.#words[Word.Table] as number) + place;
    return this.#arena.words(at + 1)[at] as number;
  }

  #takeOut(slot: number, changes: readonly [place: number, slot: number][], count: number): Found {
    const found = readSlot(this.#arena, slot);
    this.#carryOut(changes, count, this.#words[Word.Unfinished] as number);
    this.#arena.give(slot, SLOT_WORDS);
    return found;
  }

  #carryOut(changes: readonly [place: number, slot: number][], count: number, unfinished: number): void {
    const words = this.#words;
    for (const [index, [place, slot]] of changes.entries()) {
      words[Word.JournalEntries + index * 2] = place;
      words[Word.JournalEntries + index * 2 + 1] = slot;
    }
    words[Word.NextCount] = count;
    words[Word.NextUnfinished] = unfinished;
    words[Word.Journal] = changes.length + 1;
    this.#replay();
  }

  #replay(): void {
    const words = this.#words;
    const table = words[Word.Table] as number;
    const memory = this.#arena.words(table + (words[Word.Capacity] as number));
    for (let index = (words[Word.Journal] as number) - 2; index >= 0; index -= 1) {
      memory[table + (words[Word.JournalEntries + index * 2] as number)] = words[
        Word.JournalEntries + index * 2 + 1
      ] as number;
    }
    words[Word.Count] = words[Word.NextCount] as number;
    words[Word.Unfinished] = words[Word.NextUnfinished] as number;
    words[Word.Journal] = 0;
  }

  #grow(): void {
    const words = this.#words;
    const [table, capacity] = [words[Word.Table] as number, words[Word.Capacity] as number];
    const larger = capacity === 0 ? FIRST_CAPACITY : capacity * 2;
    const moved = this.#arena.take(larger);
    this.#arena.words(moved + larger).copyWithin(moved, table, table + capacity);
    words[Word.Table] = moved;
    words[Word.Capacity] = larger;
    if (capacity > 0) this.#arena.give(table, capacity);
  }
}
