import { type Transferable, parentPort, type MessagePort } from 'node:worker_threads';
import { type Packed, asTransferError, packThrown } from '@weft/core/lowlevel';
import { Flag, Kind, type Mailed, encode } from './pool-codec.ts';
import {
  ARENA_BYTES,
  type Board,
  type CompletionRing,
  Hot,
  Owner,
  Ring,
  SLOTS,
  SLOT_MASK,
  SLOT_WORDS,
  Slot,
} from './pool-layout.ts';
import { type Arena, writeValue } from './pool-slots.ts';

/** A worker's end of its completion ring. */
export class Results implements Arena {
  readonly bytes: Buffer;
  readonly #board: Board;
  readonly #ring: CompletionRing;
  readonly #port: MessagePort;
  /** What to add to this thread's clock to get the owner's, in milliseconds. */
  readonly offset: number;
  readonly #encoded = { kind: 0, payload: undefined as unknown };
  #tail = 0;
  #head = 0;
  #arenaTail = 0;

  constructor(board: Board, ring: CompletionRing, port: MessagePort, offset: number) {
    this.#board = board;
    this.#ring = ring;
    this.#port = port;
    this.offset = offset;
    this.bytes = ring.arena;
  }

  /** Publishes what a task returned. @param began When it began, by this thread's clock; 0 if it was not timed. */
  give(id: number, value: unknown, began: number): void {
    const encoded = this.#encoded;
    try {
      encode(encoded, value, 'the result');
      if (encoded.kind === Kind.Port) this.#post(encoded.payload as Mailed, value);
    } catch (error) {
      this.fail(id, error, began);
      return;
    }
    const at = this.#next();
    let kind = writeValue(this.#ring.slots, at, encoded.kind, encoded.payload, this);
    while (kind < 0) {
      this.#awaitRoom();
      kind = writeValue(this.#ring.slots, at, encoded.kind, encoded.payload, this);
    }
    encoded.payload = undefined;
    this.#publish(at, id, began === 0 ? kind : kind | this.#time(at, began));
  }

  /** Publishes what a task threw. */
  fail(id: number, thrown: unknown, began: number): void {
    this.#port.postMessage(packThrown(thrown, 'thread').body);
    const at = this.#next();
    this.#publish(at, id, began === 0 ? Kind.Error : Kind.Error | this.#time(at, began));
  }

  /** Publishes anything else; what was packed goes by message port. */
  note(id: number, kind: number, packed?: Packed): void {
    if (packed !== undefined) this.#post(packed, packed.body.v);
    this.#publish(this.#next(), id, kind);
  }

  reserve(size: number): number {
    const head = Atomics.load(this.#ring.header, Ring.ArenaHead);
    const tail = this.#arenaTail;
    if (tail < head) return tail + size < head - 8 ? tail : -1;
    if (tail + size <= ARENA_BYTES - 8) return tail;
    return size < head - 8 ? 0 : -1;
  }

  commit(end: number): void {
    this.#arenaTail = end;
  }

  #post({ body, transfer }: Pick<Mailed, 'body' | 'transfer'>, value: unknown): void {
    try {
      this.#port.postMessage(body, transfer as Transferable[]);
    } catch (error) {
      throw asTransferError(error, value, 'the value');
    }
  }

  #time(at: number, began: number): number {
    const { doubles } = this.#ring.slots;
    doubles[(at + Slot.Started) >> 1] = began + this.offset;
    doubles[(at + Slot.Ran) >> 1] = performance.now() - began;
    return Flag.Timed;
  }

  #next(): number {
    while (((this.#tail - this.#head) | 0) >= SLOTS) {
      this.#head = Atomics.load(this.#ring.header, Ring.Head);
      if (((this.#tail - this.#head) | 0) >= SLOTS) this.#awaitRoom();
    }
    return (this.#tail & SLOT_MASK) * SLOT_WORDS;
  }

  #publish(at: number, id: number, kind: number): void {
    const { words } = this.#ring.slots;
    words[at + Slot.Id] = id;
    words[at + Slot.Kind] = kind;
    this.#tail = (this.#tail + 1) | 0;
    // Pairs with the load in Completions.drain: whoever sees the tail sees the entry.
    Atomics.store(this.#ring.header, Ring.Tail, this.#tail);
    this.#ringBell();
  }

  // The owner sets its flag and then looks once more; so whoever publishes after that finds the flag.
  #ringBell(): void {
    const { words } = this.#board;
    if (Atomics.load(words, Hot.Owner) === Owner.Awake) return;
    const state = Atomics.exchange(words, Hot.Owner, Owner.Awake);
    if (state === Owner.Asleep) {
      parentPort?.postMessage(0);
    } else if (state === Owner.Blocked) {
      Atomics.add(words, Hot.OwnerWord, 1);
      Atomics.notify(words, Hot.OwnerWord);
    }
  }

  // The owner is busy with something else for long: it empties the ring when it comes back.
  #awaitRoom(): void {
    Atomics.store(this.#ring.header, Ring.Full, 1);
    this.#ringBell();
    Atomics.wait(this.#ring.header, Ring.Full, 1, 5);
  }
}
