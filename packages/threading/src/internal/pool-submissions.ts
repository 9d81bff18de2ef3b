import type { Task } from '@weft/core/scheduler';
import { Flag, Kind, TARGET_SHIFT } from './pool-codec.ts';
import {
  ARENA_BYTES,
  type Board,
  Hot,
  SLOTS,
  Slot,
  cancelledWord,
  claimantOf,
  freeWord,
  fullWord,
  slotAt,
} from './pool-layout.ts';
import { type Arena, readValue, writeValue } from './pool-slots.ts';

/** The owner's end of the submission ring: tasks in the order in which workers claim them. */
export class Submissions {
  readonly #board: Board;
  readonly #arena: SubmissionArena;
  readonly #find: (id: number) => Task | undefined;
  /** The position of the next task. */
  tail = 0;

  /** @param find Finds a task by its number. */
  constructor(board: Board, find: (id: number) => Task | undefined) {
    this.#board = board;
    this.#find = find;
    this.#arena = new SubmissionArena(board);
  }

  /** How many tasks no worker has come to yet, cancelled ones included. */
  get backlog(): number {
    return (this.tail - Atomics.load(this.#board.words, Hot.Head)) | 0;
  }

  /** Writes a task. It answers `false` if the ring or its arena is full. */
  write(task: Task): boolean {
    return this.#write(task) || (this.#pass() && this.#write(task));
  }

  #write(task: Task): boolean {
    const position = this.tail;
    const { slots, words } = this.#board;
    const at = slotAt(position);
    if (Atomics.load(slots.words, at) !== freeWord(position) && !this.#free(position, at)) return false;
    this.#arena.position = position;
    const kind = writeValue(slots, at, task.kind & ~Flag.Spread, task.payload, this.#arena);
    if (kind < 0) return false;
    slots.words[at + Slot.Id] = task.id;
    slots.words[at + Slot.Kind] =
      (task.target << TARGET_SHIFT) |
      kind |
      (task.kind & Flag.Spread) |
      (task.watched ? Flag.Watched : 0) |
      (task.submitted > 0 ? Flag.Timed : 0);
    task.slot = position;
    this.tail = (position + 1) | 0;
    // Pairs with the load in a worker's claim: whoever sees the state sees the task.
    Atomics.store(slots.words, at, fullWord(position));
    Atomics.store(words, Hot.Tail, this.tail);
    return true;
  }

  /** Takes a task back. It answers `false` if a worker has claimed it. */
  withdraw(task: Task): boolean {
    return this.#cancel(task.slot);
  }

  /** Whether a worker has claimed a task of this ring. */
  isClaimed(task: Task): boolean {
    return Atomics.load(this.#board.slots.words, slotAt(task.slot)) !== fullWord(task.slot);
  }

  /** Takes back every task that no worker has claimed, oldest first. */
  recall(): Task[] {
    const recalled: Task[] = [];
    for (
      let position = Atomics.load(this.#board.words, Hot.Head);
      position !== this.tail;
      position = (position + 1) | 0
    ) {
      const task = this.#find(this.#board.slots.words[slotAt(position) + Slot.Id] as number);
      if (task === undefined || task.slot !== position || !this.#cancel(position)) continue;
      this.#rescue(task);
      recalled.push(task);
    }
    this.#pass();
    return recalled;
  }

  /** Frees the slots that a worker claimed and has not read. @returns The numbers of their tasks. */
  reclaim(seat: number): number[] {
    const { words } = this.#board.slots;
    const ids: number[] = [];
    for (let position = (this.tail - SLOTS) | 0; position !== this.tail; position = (position + 1) | 0) {
      const at = slotAt(position);
      if (claimantOf(Atomics.load(words, at)) !== seat) continue;
      const id = words[at + Slot.Id] as number;
      const task = this.#find(id);
      if (task !== undefined) this.#rescue(task);
      ids.push(id);
      Atomics.store(words, at, freeWord((position + SLOTS) | 0));
    }
    return ids;
  }

  // Bytes were the caller's until they were written; since then the caller may have changed them.
  #rescue(task: Task): void {
    if (!goesAsBytes(task)) return;
    const { slots, arena } = this.#board;
    const at = slotAt(task.slot);
    task.payload = readValue(slots, at, slots.words[at + Slot.Kind] as number, arena);
  }

  #cancel(position: number): boolean {
    const full = fullWord(position);
    const { words } = this.#board.slots;
    return Atomics.compareExchange(words, slotAt(position), full, cancelledWord(position)) === full;
  }

  // Moves the claims past what nobody can claim, as a worker does that comes there. There may be no worker yet, and one
  // that finds nothing but cancelled tasks tells nobody. Answers `false` if there was nothing to pass.
  #pass(): boolean {
    const { slots, words } = this.#board;
    const from = Atomics.load(words, Hot.Head);
    let head = from;
    while (head !== this.tail && Atomics.load(slots.words, slotAt(head)) !== fullWord(head)) {
      const seen = Atomics.compareExchange(words, Hot.Head, head, (head + 1) | 0);
      head = seen === head ? (head + 1) | 0 : seen;
    }
    return head !== from;
  }

  // A cancelled slot is free once the claims have passed it: nobody will look at it again.
  #free(position: number, at: number): boolean {
    const before = (position - SLOTS) | 0;
    if (Atomics.load(this.#board.slots.words, at) !== cancelledWord(before)) return false;
    return ((Atomics.load(this.#board.words, Hot.Head) - before) | 0) > 0;
  }
}

/** How many entries at the front of the list are dropped at once. */
const COMPACT_AT = 4096;

/** The arena beside the submission ring: a task's bytes come free with its slot. */
class SubmissionArena implements Arena {
  readonly bytes: Buffer;
  readonly #board: Board;
  /** The position of the task that is being written. */
  position = 0;
  #head = 0;
  #tail = 0;
  /** For each task with bytes, in order: its position, and where its bytes end. */
  #taken: number[] = [];
  #first = 0;

  constructor(board: Board) {
    this.#board = board;
    this.bytes = board.arena;
  }

  reserve(size: number): number {
    this.#reclaim();
    const tail = this.#tail;
    if (tail < this.#head) return tail + size < this.#head - 8 ? tail : -1;
    if (tail + size <= ARENA_BYTES - 8) return tail;
    return this.#first < this.#taken.length && size < this.#head - 8 ? 0 : -1;
  }

  commit(end: number): void {
    this.#tail = end;
    this.#taken.push(this.position, end);
  }

  #reclaim(): void {
    const taken = this.#taken;
    while (this.#first < taken.length && this.#isOver(taken[this.#first] as number)) {
      this.#head = taken[this.#first + 1] as number;
      this.#first += 2;
    }
    if (this.#first === taken.length) {
      taken.length = 0;
      this.#first = this.#head = this.#tail = 0;
    } else if (this.#first > COMPACT_AT) {
      taken.splice(0, this.#first);
      this.#first = 0;
    }
  }

  // A worker frees a slot when it has read it, for the next lap; a cancelled one is over when the claims have passed it.
  #isOver(position: number): boolean {
    const word = Atomics.load(this.#board.slots.words, slotAt(position));
    if (word >>> 10 !== fullWord(position) >>> 10) return true;
    return word === cancelledWord(position) && ((Atomics.load(this.#board.words, Hot.Head) - position) | 0) > 0;
  }
}

/** Whether a task's only argument is bytes, which go as they are. */
export function goesAsBytes(task: Task): boolean {
  const kind = task.kind & ~Flag.Spread;
  return kind === Kind.Bytes || kind === Kind.Buffer;
}

/** Whether a task's arguments go by message port. */
export function goesByPort(task: Task): boolean {
  return (task.kind & ~Flag.Spread) === Kind.Port;
}
