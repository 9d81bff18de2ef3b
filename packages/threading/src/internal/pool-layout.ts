/**
 * Where everything stands in the memory that a pool and its workers share. Numbers count 32-bit words.
 *
 * See pool-README.md beside this file for who writes what, when, and what each atomic pairs with.
 */

/** Words that everybody uses, each on cache lines of its own. */
export const Hot = { Tail: 0, Head: 32, Searcher: 64, Owner: 96, OwnerWord: 128, Sleepers: 160, Loopers: 192 } as const;
const HEADER_WORDS = 256;

/** What `Hot.Owner` says of the thread that the pool belongs to. */
export const Owner = { Awake: 0, Asleep: 1, Blocked: 2 } as const;

/** How many workers a pool can have: eight words of bits. */
export const MAX_SEATS = 255;

/** Words of a worker's block. What the worker writes comes first; from `Mail` on, the owner writes. */
export const Seat = {
  Word: 0,
  Estimate: 1,
  Left: 2,
  ExitCode: 3,
  BurstStart: 4,
  BusyTime: 6,
  Mail: 32,
  Stop: 33,
} as const;
const SEAT_WORDS = 64;

/** Slots of the submission ring, and of each completion ring. */
export const SLOTS = 4096;
export const SLOT_MASK: number = SLOTS - 1;
const SLOT_BITS = 12;
/** Words of a slot. */
export const SLOT_WORDS = 16;
/** Words in a slot: the value, or where in the arena it stands and ends, and in a completion when the task ran. */
export const Slot = { State: 0, Id: 1, Kind: 2, Size: 3, Value: 4, ArenaEnd: 5, Started: 12, Ran: 14 } as const;
/** Bytes that a value may take within the slot. */
export const SUBMISSION_ROOM = 48;
export const COMPLETION_ROOM = 32;

/** Bytes beside each ring for what does not fit into slots. */
export const ARENA_BYTES: number = 8 << 20;
/** The longest value that goes there. */
export const ARENA_LIMIT: number = ARENA_BYTES / 4;

/** Words at the beginning of a completion ring. */
export const Ring = { Tail: 0, Head: 32, Full: 64, ArenaHead: 96 } as const;
export const RING_HEADER_WORDS = 128;

/** States of a submission slot. */
const State = { Free: 0, Full: 1, Claimed: 2, Cancelled: 3 } as const;

// A state word is the lap around the ring, the worker that claimed the slot, and the state: nobody mistakes the slot of
// one lap for that of another.
function lapOf(position: number): number {
  return (position >>> SLOT_BITS) << 10;
}

/** The slot waits for what will be written at this position. */
export function freeWord(position: number): number {
  return lapOf(position);
}

/** The slot holds a task that nobody has claimed. */
export function fullWord(position: number): number {
  return lapOf(position) | State.Full;
}

/** The slot was claimed by the worker of a seat. */
export function claimedWord(position: number, seat: number): number {
  return lapOf(position) | (seat << 2) | State.Claimed;
}

/** The slot's task was taken back. */
export function cancelledWord(position: number): number {
  return lapOf(position) | State.Cancelled;
}

/**
 * Whether a slot has nothing for whoever comes to this position: it was not written yet, though a task of the lap before
 * may still be in it, cancelled or not yet read.
 */
export function isEmpty(word: number, position: number): boolean {
  const laps = (((word >>> 10) - (position >>> SLOT_BITS)) << SLOT_BITS) >> SLOT_BITS;
  return laps < 0 || word === freeWord(position);
}

/** The seat whose worker has claimed the slot, or -1. */
export function claimantOf(word: number): number {
  return (word & 3) === State.Claimed ? (word >> 2) & 0xff : -1;
}

/** Where a slot begins. */
export function slotAt(position: number): number {
  return (position & SLOT_MASK) * SLOT_WORDS;
}

/** What a worker needs to see a pool's memory. */
export interface BoardMemory {
  readonly board: SharedArrayBuffer;
  readonly arena: SharedArrayBuffer;
  readonly seats: number;
  readonly concurrency: number;
}

/** The memory of a pool, seen from one thread. */
export class Board {
  readonly memory: BoardMemory;
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly slots: SlotView;
  readonly arena: Buffer;
  readonly seats: number;
  readonly concurrency: number;

  constructor(memory: BoardMemory) {
    this.memory = memory;
    this.seats = memory.seats;
    this.concurrency = memory.concurrency;
    this.words = new Int32Array(memory.board);
    this.doubles = new Float64Array(memory.board);
    this.slots = new SlotView(memory.board, slotsAt(memory.seats, memory.concurrency) * 4, SUBMISSION_ROOM);
    this.arena = Buffer.from(memory.arena);
  }

  /** Where the block of a seat begins. */
  seatAt(seat: number): number {
    return HEADER_WORDS + seat * SEAT_WORDS;
  }

  /** Where the numbers of the tasks that a worker runs begin; as many as its concurrency, -1 for none. */
  runsAt(seat: number): number {
    return HEADER_WORDS + this.seats * SEAT_WORDS + seat * this.concurrency;
  }
}

/** Makes the memory of a pool. */
export function makeBoard(seats: number, concurrency: number): Board {
  const bytes = slotsAt(seats, concurrency) * 4 + SLOTS * SLOT_WORDS * 4;
  return new Board({
    board: new SharedArrayBuffer(bytes),
    arena: new SharedArrayBuffer(ARENA_BYTES),
    seats,
    concurrency,
  });
}

function slotsAt(seats: number, concurrency: number): number {
  const end = HEADER_WORDS + seats * SEAT_WORDS + seats * concurrency;
  return Math.ceil(end / 32) * 32;
}

/** The slots of a ring, seen as words, doubles and bytes. */
export class SlotView {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly bytes: Buffer;
  readonly room: number;

  constructor(memory: SharedArrayBuffer, offset: number, room: number) {
    this.words = new Int32Array(memory, offset);
    this.doubles = new Float64Array(memory, offset);
    this.bytes = Buffer.from(memory, offset);
    this.room = room;
  }
}

/** What one worker needs to see its completion ring. */
export interface CompletionMemory {
  readonly ring: SharedArrayBuffer;
  readonly arena: SharedArrayBuffer;
}

/** A worker's completion ring and its arena, seen from one thread. */
export class CompletionRing {
  readonly memory: CompletionMemory;
  readonly header: Int32Array;
  readonly slots: SlotView;
  readonly arena: Buffer;

  constructor(memory: CompletionMemory) {
    this.memory = memory;
    this.header = new Int32Array(memory.ring, 0, RING_HEADER_WORDS);
    this.slots = new SlotView(memory.ring, RING_HEADER_WORDS * 4, COMPLETION_ROOM);
    this.arena = Buffer.from(memory.arena);
  }
}

/** Makes the memory of a completion ring. */
export function makeCompletionRing(): CompletionRing {
  const bytes = (RING_HEADER_WORDS + SLOTS * SLOT_WORDS) * 4;
  return new CompletionRing({ ring: new SharedArrayBuffer(bytes), arena: new SharedArrayBuffer(ARENA_BYTES) });
}
