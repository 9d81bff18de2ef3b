import { thisAgent } from './agent.ts';
import { CellMemory, NO_WAIT, type Wake } from './cell-memory.ts';
import { Cell, type Operation } from './cell.ts';
import { forgetBell, ring } from './doorbell.ts';
import {
  AT_CREATOR_ID,
  AT_CREATOR_START,
  AT_EXPORTS,
  AT_IMPORTS,
  AT_KIND,
  AT_LATCH,
  AT_MAGIC,
  AT_MEMBERS,
  AT_SLOTS,
  AT_STATE,
  CELL_BYTES,
  LATCH_AWAITED,
  MAGIC,
  MEMBERS,
  MEMBER_BUSY,
  MEMBER_ID,
  MEMBER_START,
  MEMBER_WORDS,
  SLOT_STATE,
  SLOT_WAKE,
  SLOT_WORDS,
} from './layout.ts';
import { type Libc, libc } from './libc.ts';
import { isAlive } from './liveness.ts';
import { MAILBOX, kinds } from './kinds.ts';
import { AT_LAST_ID, type Message, MessageStore } from './message-store.ts';
import { quit, reap } from './operations/waits.ts';
import { SHARED_MEMORY_FOLDER, removeFile } from './resource-tracker.ts';
import { SegmentChunks, removeChunks } from './segment-chunks.ts';
import { Segment } from './segment.ts';
import { type Typecode, type TypedArrayOf, viewOf } from './typecodes.ts';

/** Messages above this many bytes go in a segment of their own. */
const MAX_INLINE = 32 * 1024;
const LATCH_SPINS = 200;
const LATCH_NAP = 1;
const WORD = 4;

const open = new Map<string, WeakRef<MappedCell>>();
/** Leaves the cells that nobody here can reach any more. */
const unreachable = new FinalizationRegistry<Membership>((membership) => membership.leave(false));
const memberships = new Set<Membership>();
let leavesAtExit = false;

/** A cell in memory that is mapped into every process that uses it. */
export class MappedCell extends Cell {
  readonly memory: CellMemory;
  readonly segment: Segment;
  /** This agent's number among those who have the cell open. */
  readonly member: number;
  readonly words: Int32Array;
  readonly #chunks: SegmentChunks | undefined;
  readonly #membership: Membership;

  readonly reaps = true;

  private constructor(segment: Segment) {
    super();
    const words = new Int32Array(segment.buffer, 0, CELL_BYTES / WORD);
    this.segment = segment;
    this.words = words;
    this.memory = new CellMemory(words, kinds, (id, start) => !isAlive(id, start));
    if (words[AT_KIND] === MAILBOX) {
      this.#chunks = new SegmentChunks(segment);
      this.memory.store = new MessageStore(this.#chunks);
    }
    this.member = join(this.memory);
    this.#membership = new Membership(segment, this.memory, this.member);
    unreachable.register(this, this.#membership);
    open.set(segment.name, new WeakRef(this));
  }

  /**
   * Makes a cell.
   *
   * @param kind Its kind, an index into {@link kinds}.
   * @param state The first words of its state.
   * @param extra How many bytes the kind needs besides.
   */
  static create(kind: number, state: readonly number[], extra = 0): MappedCell {
    const segment = Segment.create(CELL_BYTES + extra);
    const words = new Int32Array(segment.buffer, 0, CELL_BYTES / WORD);
    words.set(state, AT_STATE);
    words[AT_KIND] = kind;
    words[AT_CREATOR_ID] = thisAgent().id;
    words[AT_CREATOR_START] = thisAgent().start;
    Atomics.store(words, AT_MAGIC, MAGIC);
    return new MappedCell(segment);
  }

  /** Opens a cell by what {@link send} gave. */
  static receive(name: string): MappedCell {
    const cell = open.get(name)?.deref() ?? MappedCell.#open(name);
    Atomics.add(cell.words, AT_IMPORTS, 1);
    return cell;
  }

  static #open(name: string): MappedCell {
    const segment = Segment.open(name);
    if (segment.size < CELL_BYTES || new Int32Array(segment.buffer, 0, CELL_BYTES / WORD)[AT_MAGIC] !== MAGIC) {
      segment.close();
      throw new TypeError(`Cannot open ${JSON.stringify(name)}: it holds something else than a primitive`);
    }
    return new MappedCell(segment);
  }

  /** Says how another process opens the cell; its name stays until somebody has. */
  send(): string {
    this.run(reap);
    Atomics.add(this.words, AT_EXPORTS, 1);
    return this.segment.name;
  }

  /** Carries out an operation, alone, and wakes whom it lets go on. */
  run(operation: Operation, value = 0, wake: Wake = NO_WAIT, outgoing?: Message): number {
    this.memory.outgoing = outgoing;
    return transact(this.segment, this.memory, this.member, operation, value, wake);
  }

  /** The message that the last operation took; it is handed out once. */
  takeIncoming(): Message {
    const { incoming } = this.memory;
    this.memory.incoming = undefined;
    return incoming as Message;
  }

  /** A word of the state. */
  load(at: number): number {
    return Atomics.load(this.words, at);
  }

  /** Who a member is, in words. */
  describeMember(member: number): string {
    const id = this.words[AT_MEMBERS + member * MEMBER_WORDS + MEMBER_ID] as number;
    return id === 0 ? 'a thread that left' : `process or thread ${id}`;
  }

  /** Sleeps until a slot's state is another one, at most so long. */
  sleep(slot: number, state: number, milliseconds: number): void {
    const word = AT_SLOTS + slot * SLOT_WORDS + SLOT_STATE;
    foreign().futexWait(this.segment.address + word * WORD, state, milliseconds);
  }

  view<C extends Typecode>(typecode: C, length: number): TypedArrayOf<C> {
    return viewOf(typecode, this.segment.buffer, CELL_BYTES, length);
  }

  prepare(bytes: Uint8Array): Message {
    const { length } = bytes;
    if (length <= MAX_INLINE) return { bytes, length };
    const segment = Atomics.add(this.words, AT_LAST_ID, 1) + 1;
    // Said first: if this process dies, others know what to remove. Written outside of the latch, as it takes long.
    this.#busyWith(segment);
    const large = this.#files.createSegment(segment, length);
    new Uint8Array(large.buffer).set(bytes);
    large.close();
    return { segment, length };
  }

  discard({ segment }: Message): void {
    if (segment === undefined) return;
    this.#files.drop(segment);
    this.#busyWith(0);
  }

  unwrap({ bytes, segment, length }: Message): Buffer {
    if (segment === undefined) return bytes as Buffer;
    const large = this.#files.openSegment(segment);
    const copy = Buffer.from(Buffer.from(large.buffer, 0, length));
    large.close();
    this.#files.drop(segment);
    this.#busyWith(0);
    return copy;
  }

  get #files(): SegmentChunks {
    return this.#chunks as SegmentChunks;
  }

  #busyWith(segment: number): void {
    Atomics.store(this.words, AT_MEMBERS + this.member * MEMBER_WORDS + MEMBER_BUSY, segment);
  }
}

/** An agent's place in a cell, which outlives the object that stands for the cell. */
class Membership {
  readonly #segment: Segment;
  readonly #memory: CellMemory;
  readonly #member: number;

  constructor(segment: Segment, memory: CellMemory, member: number) {
    this.#segment = segment;
    this.#memory = memory;
    this.#member = member;
    memberships.add(this);
    if (!leavesAtExit) process.on('exit', leaveAll);
    leavesAtExit = true;
  }

  /** @param unmap Whether views of the memory end too; those that somebody still has keep it mapped otherwise. */
  leave(unmap = true): void {
    if (!memberships.delete(this)) return;
    const { words } = this.#memory;
    transact(this.#segment, this.#memory, this.#member, quit, 0, NO_WAIT);
    const awaited = Atomics.load(words, AT_EXPORTS) > Atomics.load(words, AT_IMPORTS);
    const creatorLives = isAlive(words[AT_CREATOR_ID] as number, words[AT_CREATOR_START] as number);
    if (!hasMembers(this.#memory) && !(awaited && creatorLives)) {
      removeFile(`${SHARED_MEMORY_FOLDER}/${this.#segment.name}`);
      if (words[AT_KIND] === MAILBOX) removeChunks(this.#segment.name);
    }
    if (unmap) this.#segment.close();
  }
}

function leaveAll(): void {
  for (const membership of memberships) membership.leave();
}

function hasMembers(memory: CellMemory): boolean {
  for (let member = 0; member < MEMBERS; member += 1) {
    if (memory.words[AT_MEMBERS + member * MEMBER_WORDS + MEMBER_ID] !== 0 && !memory.isGone(member)) return true;
  }
  return false;
}

/** Takes a free place among the members; the dead make room. */
function join(memory: CellMemory): number {
  const { id, start } = thisAgent();
  const { words } = memory;
  const entry = (BigInt(start) << 32n) | BigInt(id);
  const entries = new BigInt64Array(words.buffer, AT_MEMBERS * WORD, (MEMBERS * MEMBER_WORDS) / 2);
  for (let member = 0; member < MEMBERS; member += 1) {
    // Id and start in one step: nobody sees half a member.
    if (Atomics.compareExchange(entries, member * 2, 0n, entry) === 0n) return member;
  }
  throw new RangeError(`Cannot share a primitive among more than ${MEMBERS} threads and processes at once`);
}

function transact(segment: Segment, memory: CellMemory, member: number, operation: Operation, value: number, wake: Wake): number {
  const { words } = memory;
  if (Atomics.compareExchange(words, AT_LATCH, 0, member + 1) !== 0) latch(segment, memory, member + 1);
  let bells: Bell[] | undefined;
  try {
    const result = operation(memory, member, value, wake);
    memory.commit();
    if (memory.buried.length > 0) memory.vacate();
    if (memory.forgotten.length > 0) forgetDead(memory);
    if (memory.granted.length > 0) bells = bellsOf(memory);
    if (memory.afterwards.length > 0) for (const act of memory.afterwards.splice(0)) act();
    return result;
  } catch (error) {
    memory.rollBack();
    throw error;
  } finally {
    // Pairs with the exchange that takes the latch: whoever takes it next sees the whole operation.
    if (Atomics.exchange(words, AT_LATCH, 0) & LATCH_AWAITED) foreign().futexWake(segment.address + AT_LATCH * WORD, 1);
    if (bells !== undefined) for (const bell of bells) wakeUp(segment, bell);
  }
}

/** Removes the doorbells of those who died; one who only left keeps its own. */
function forgetDead(memory: CellMemory): void {
  const self = thisAgent().id;
  for (const { id, start } of memory.forgotten.splice(0)) if (id !== self) forgetBell(id, start);
}

/** Waits for the latch, which its holder has for less than a microsecond unless it is preempted or dead. */
function latch(segment: Segment, memory: CellMemory, mine: number): void {
  const { words } = memory;
  for (let spins = 0; spins < LATCH_SPINS; spins += 1) {
    if (Atomics.load(words, AT_LATCH) === 0 && Atomics.compareExchange(words, AT_LATCH, 0, mine) === 0) return;
  }
  for (;;) {
    const seen = Atomics.load(words, AT_LATCH);
    if (seen === 0) {
      // Others may sleep still: whoever slept wakes the next one.
      if (Atomics.compareExchange(words, AT_LATCH, 0, mine | LATCH_AWAITED) === 0) return;
      continue;
    }
    const awaited = seen | LATCH_AWAITED;
    if (seen !== awaited && Atomics.compareExchange(words, AT_LATCH, seen, awaited) !== seen) continue;
    foreign().futexWait(segment.address + AT_LATCH * WORD, awaited, LATCH_NAP);
    if (Atomics.load(words, AT_LATCH) !== awaited || !memory.isGone((awaited & ~LATCH_AWAITED) - 1)) continue;
    if (Atomics.compareExchange(words, AT_LATCH, awaited, mine | LATCH_AWAITED) !== awaited) continue;
    memory.rollBack();
    return;
  }
}

interface Bell {
  readonly slot: number;
  readonly wake: number;
  readonly id: number;
  readonly start: number;
}

/** Whom to wake for the slots that were granted, read while nobody can reuse them. */
function bellsOf(memory: CellMemory): Bell[] {
  const { words } = memory;
  const bells = memory.granted.map((slot) => {
    const member = AT_MEMBERS + memory.memberOf(slot) * MEMBER_WORDS;
    return {
      slot,
      wake: words[AT_SLOTS + slot * SLOT_WORDS + SLOT_WAKE] as number,
      id: words[member + MEMBER_ID] as number,
      start: words[member + MEMBER_START] as number,
    };
  });
  memory.granted.length = 0;
  return bells;
}

function wakeUp(segment: Segment, bell: Bell): void {
  if (bell.wake === 0) foreign().futexWake(segment.address + (AT_SLOTS + bell.slot * SLOT_WORDS + SLOT_STATE) * WORD, 1);
  else ring(bell.id, bell.start, bell.wake);
}

function foreign(): Libc {
  return libc() as Libc;
}
