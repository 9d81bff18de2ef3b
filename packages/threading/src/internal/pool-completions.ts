import { Flag, KIND_MASK, Kind } from './pool-codec.ts';
import { type CompletionRing, Ring, SLOT_MASK, SLOT_WORDS, Slot } from './pool-layout.ts';
import { readValue } from './pool-slots.ts';

/** What is done with the entries of a completion ring. */
export interface CompletionSink {
  /** When a task began and how long it ran, in milliseconds. */
  timed(id: number, began: number, ran: number): void;
  returned(id: number, value: unknown): void;
  /** The result is a packed body, here in bytes. */
  returnedBody(id: number, packed: Uint8Array): void;
  /** Anything else: its kind says what. */
  noted(id: number, kind: number): void;
}

/** How many completions are read before their slots are given back. */
const BATCH = 255;

/** The owner's end of one worker's completion ring. */
export class Completions {
  readonly ring: CompletionRing;
  readonly #sink: CompletionSink;
  #head = 0;

  constructor(ring: CompletionRing, sink: CompletionSink) {
    this.ring = ring;
    this.#sink = sink;
  }

  /** Whether there is anything to read. */
  get waiting(): boolean {
    return Atomics.load(this.ring.header, Ring.Tail) !== this.#head;
  }

  /** Reads all there is. @returns How many entries. */
  drain(): number {
    const { header, slots, arena } = this.ring;
    let head = this.#head;
    let tail = Atomics.load(header, Ring.Tail);
    if (head === tail) return 0;
    const first = head;
    while (((tail - head) | 0) > 0) {
      const at = (head & SLOT_MASK) * SLOT_WORDS;
      head = (head + 1) | 0;
      const kind = slots.words[at + Slot.Kind] as number;
      const id = slots.words[at + Slot.Id] as number;
      if ((kind & Flag.Timed) !== 0) {
        this.#sink.timed(
          id,
          slots.doubles[(at + Slot.Started) >> 1] as number,
          slots.doubles[(at + Slot.Ran) >> 1] as number,
        );
      }
      const bare = kind & KIND_MASK;
      if (bare < Kind.Clone) {
        const value = readValue(slots, at, kind, arena);
        if ((kind & Flag.Arena) !== 0) this.#release(slots.words[at + Slot.ArenaEnd] as number);
        this.#head = head;
        this.#sink.returned(id, value);
      } else if (bare === Kind.Clone) {
        const bytes = readValue(slots, at, kind, arena) as Uint8Array;
        if ((kind & Flag.Arena) !== 0) this.#release(slots.words[at + Slot.ArenaEnd] as number);
        this.#head = head;
        this.#sink.returnedBody(id, bytes);
      } else {
        this.#head = head;
        this.#sink.noted(id, bare);
      }
      // Whoever was told may have read on.
      head = this.#head;
      if ((head & BATCH) === 0) Atomics.store(header, Ring.Head, head);
      if (((tail - head) | 0) <= 0) tail = Atomics.load(header, Ring.Tail);
    }
    Atomics.store(header, Ring.Head, head);
    // Pairs with the exchange in the worker, which waits for room.
    if (Atomics.load(header, Ring.Full) === 1) {
      Atomics.store(header, Ring.Full, 0);
      Atomics.notify(header, Ring.Full);
    }
    return (head - first) | 0;
  }

  #release(end: number): void {
    Atomics.store(this.ring.header, Ring.ArenaHead, end);
  }
}
