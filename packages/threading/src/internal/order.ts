import type { Arena } from './arena.ts';
import { type Found, type Parcel, SLOT_WORDS, numberIn, readSlot, writeSlot } from './parcel.ts';
import { Word } from './queue-layout.ts';

/** Where a queue's items are kept, and which comes next. Every method wants the queue's latch held. */
export interface Order {
  /** Which item comes next, in words. */
  readonly rule: 'first in, first out' | 'last in, first out' | 'least first';
  /** Adds an item, and counts it and one more unfinished task. */
  push(parcel: Parcel, item: unknown): void;
  /** Takes the next item. There must be one. */
  pop(): Found;
  /** Takes any item, without a comparison. There must be one. */
  popAny(): Found;
  /** Adds the numbers of the items that this thread has put to a set. */
  collectNumbers(into: Set<number>): void;
  /** Mends what a thread left half done that died here. */
  mend(): void;
}

const FIRST_CAPACITY = 64;

/** Items in the order in which they came, taken from either end. */
export class Sequence implements Order {
  readonly #words: Int32Array;
  readonly #arena: Arena;
  readonly #lastFirst: boolean;
  readonly rule: Order['rule'];

  constructor(words: Int32Array, arena: Arena, lastFirst: boolean) {
    this.#words = words;
    this.#arena = arena;
    this.#lastFirst = lastFirst;
    this.rule = lastFirst ? 'last in, first out' : 'first in, first out';
  }

  push(parcel: Parcel): void {
    const words = this.#words;
    if (words[Word.Count] === words[Word.Capacity]) this.#grow();
    writeSlot(this.#arena, this.#slot(words[Word.Count] as number), parcel);
    // Nothing is called between the two, so that no thread ends between them.
    words[Word.Count] = (words[Word.Count] as number) + 1;
    words[Word.Unfinished] = (words[Word.Unfinished] as number) + 1;
  }

  pop(): Found {
    const words = this.#words;
    const count = words[Word.Count] as number;
    if (this.#lastFirst) {
      const found = readSlot(this.#arena, this.#slot(count - 1));
      words[Word.Count] = count - 1;
      return found;
    }
    const found = readSlot(this.#arena, this.#slot(0));
    words[Word.First] = ((words[Word.First] as number) + 1) & ((words[Word.Capacity] as number) - 1);
    words[Word.Count] = count - 1;
    return found;
  }

  popAny(): Found {
    return this.pop();
  }

  collectNumbers(into: Set<number>): void {
    for (let index = 0; index < (this.#words[Word.Count] as number); index += 1)
      into.add(numberIn(this.#arena, this.#slot(index)));
  }

  mend(): void {}

  #slot(index: number): number {
    const words = this.#words;
    const place = ((words[Word.First] as number) + index) & ((words[Word.Capacity] as number) - 1);
    return (words[Word.Table] as number) + place * SLOT_WORDS;
  }

  #grow(): void {
    const words = this.#words;
    const [table, capacity, first] = [
      words[Word.Table] as number,
      words[Word.Capacity] as number,
      words[Word.First] as number,
    ];
    const larger = capacity === 0 ? FIRST_CAPACITY : capacity * 2;
    const moved = this.#arena.take(larger * SLOT_WORDS);
    const memory = this.#arena.words(moved + larger * SLOT_WORDS);
    const head = (capacity - first) * SLOT_WORDS;
    memory.copyWithin(moved, table + first * SLOT_WORDS, table + capacity * SLOT_WORDS);
    memory.copyWithin(moved + head, table, table + first * SLOT_WORDS);
    words[Word.Table] = moved;
    words[Word.Capacity] = larger;
    words[Word.First] = 0;
    if (capacity > 0) this.#arena.give(table, capacity * SLOT_WORDS);
  }
}
