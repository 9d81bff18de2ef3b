import { closeSync, openSync, unlinkSync, writeSync } from 'node:fs';
import { type FrameMemory, frameMemory } from './frames.ts';
import { SHARED_MEMORY_FOLDER } from './resource-tracker.ts';
import { Segment, canShareMemory } from './segment.ts';

/** What a hatch's first word says. An open one has, above these bits, how many frames its reader had by socket. */
const State = { Shut: 0, Open: 1, Full: 2 } as const;
const STATE_BITS = 2;
/** One hatch, and where in it the frame begins: away from the word that both sides look at. */
const SIZE = 4096;
const START = 64;
/** Where the worker notes how many calls it has begun, plus one: 0 until it notes that. Away from what both look at. */
const NOTE = 2 * SIZE;
const NOTE_SIZE = 4096;

/**
 * A place for one frame in memory that two processes share: its reader opens it while it looks, its writer fills it.
 *
 * Whoever changes the word does so by an exchange that fails if the other side was first, so a frame is either in the
 * hatch and read, or goes another way.
 */
export class Hatch {
  readonly memory: FrameMemory;
  /** Where in the memory the frame begins. */
  readonly start: number;
  readonly #words: Int32Array;
  #word: number = State.Shut;

  constructor(memory: FrameMemory, offset: number) {
    this.memory = memory;
    this.start = offset + START;
    this.#words = new Int32Array(memory.bytes.buffer, offset, 1);
  }

  /**
   * Puts a frame in, if the reader looks and has read all that came before it.
   *
   * @param sent How many frames the reader was sent by socket.
   * @returns Whether it did.
   */
  give(frame: Uint8Array, sent: number): boolean {
    const open = openAfter(sent);
    if (frame.length > SIZE - START || Atomics.load(this.#words, 0) !== open) return false;
    this.memory.bytes.set(frame, this.start);
    // Pairs with the load in `isFull`, and with the exchange of a reader that shuts it.
    return Atomics.compareExchange(this.#words, 0, open, State.Full) === open;
  }

  /** Whether there is a frame. It stays until the hatch is emptied. */
  get isFull(): boolean {
    return Atomics.load(this.#words, 0) === State.Full;
  }

  /** Lets a frame in, if there is none. @param taken How many frames the reader has read from the socket. */
  open(taken: number): void {
    const open = openAfter(taken);
    if (this.#word !== open) this.#change(open);
  }

  /** Lets no frame in any more. One may have come in before. */
  shut(): void {
    if (this.#word !== State.Shut) this.#change(State.Shut);
  }

  /** The frame has been read. */
  empty(): void {
    this.#word = State.Shut;
    Atomics.store(this.#words, 0, State.Shut);
  }

  #change(word: number): void {
    if (Atomics.compareExchange(this.#words, 0, this.#word, word) === this.#word) this.#word = word;
  }
}

/** The hatches of both directions, as one side sees them, and the worker's note. */
export interface Hatches {
  readonly incoming: Hatch;
  readonly outgoing: Hatch;
  readonly note: Int32Array;
}

/** Memory for both hatches, made by the pool. It has no name, so nothing is left of it when both sides are gone. */
export class HatchMemory {
  /** Where the worker finds it. */
  readonly path: string;
  readonly hatches: Hatches;
  readonly #fd: number;
  readonly #segment: Segment;

  private constructor(fd: number) {
    this.#fd = fd;
    this.path = `/proc/${process.pid}/fd/${fd}`;
    this.#segment = Segment.over(fd);
    this.hatches = hatchesOf(this.#segment, 0);
  }

  /** Makes some, if it can be had. */
  static create(): HatchMemory | undefined {
    if (!canShareMemory()) return undefined;
    let fd: number | undefined;
    try {
      fd = openUnnamed();
      // Written, so that it is there: a full file system is an error here and not a fatal signal later.
      writeSync(fd, Buffer.alloc(NOTE + NOTE_SIZE));
      return new HatchMemory(fd);
    } catch {
      if (fd !== undefined) closeSync(fd);
      return undefined;
    }
  }

  /** How many calls the worker has begun, modulo 2^32; `undefined` if it does not note that. */
  get begun(): number | undefined {
    const note = this.hatches.note[0] as number;
    return note === 0 ? undefined : (note - 1) | 0;
  }

  close(): void {
    this.#segment.close();
    closeSync(this.#fd);
  }
}

/** Opens the pool's hatches as its worker, if that is possible. */
export function openHatches(path: string): Hatches | undefined {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r+');
    return hatchesOf(Segment.over(fd), SIZE);
  } catch {
    // Without them the socket carries everything.
    return undefined;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

function hatchesOf(segment: Segment, incoming: number): Hatches {
  const memory = frameMemory(segment.buffer);
  return {
    incoming: new Hatch(memory, incoming),
    outgoing: new Hatch(memory, SIZE - incoming),
    note: new Int32Array(segment.buffer, NOTE, 1),
  };
}

let files = 0;

function openUnnamed(): number {
  files += 1;
  const path = `${SHARED_MEMORY_FOLDER}/weft-hatch-${process.pid}-${process.hrtime.bigint().toString(36)}${files}`;
  const fd = openSync(path, 'wx+', 0o600);
  unlinkSync(path);
  return fd;
}

function openAfter(frames: number): number {
  return ((frames << STATE_BITS) | State.Open) & 0x7fff_ffff;
}
