import { thisAgent } from './agent.ts';
import { CellMemory, NO_WAIT, type Wake } from './cell-memory.ts';
import { Cell, type Operation } from './cell.ts';
import { noteHandle } from './handles.ts';
import { MAILBOX, kinds } from './kinds.ts';
import {
  AT_CREATOR_ID,
  AT_CREATOR_START,
  AT_EXPORTS,
  AT_IMPORTS,
  AT_KIND,
  AT_MAGIC,
  AT_MEMBERS,
  AT_SLOTS,
  AT_STATE,
  CELL_BYTES,
  MAGIC,
  MEMBER_BUSY,
  MEMBER_ID,
  MEMBER_WORDS,
  SLOT_STATE,
  SLOT_WORDS,
} from './layout.ts';
import { type Libc, libc } from './libc.ts';
import { isAlive } from './liveness.ts';
import { Membership } from './membership.ts';
import { AT_LAST_ID, type Message, MessageStore } from './message-store.ts';
import { reap } from './operations/waits.ts';
import { SegmentChunks } from './segment-chunks.ts';
import { Segment } from './segment.ts';
import { transact } from './transaction.ts';
import { type Typecode, type TypedArrayOf, viewOf } from './typecodes.ts';

/** Messages above this many bytes go in a segment of their own. */
const MAX_INLINE = 32 * 1024;
const WORD = 4;

const open = new Map<string, WeakRef<MappedCell>>();
/** Leaves the cells that nobody here can reach any more. */
const unreachable = new FinalizationRegistry<{ name: string; membership: Membership }>(({ name, membership }) => {
  membership.leave(false);
  // Received again meanwhile, it has another object here.
  if (open.get(name)?.deref() === undefined) open.delete(name);
});

/** A cell in memory that is mapped into every process that uses it. */
export class MappedCell extends Cell {
  readonly memory: CellMemory;
  readonly segment: Segment;
  /** This agent's number among those who have the cell open. */
  readonly member: number;
  readonly words: Int32Array;
  readonly #chunks: SegmentChunks | undefined;
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
    const membership = new Membership(segment, this.memory);
    this.member = membership.member;
    unreachable.register(this, { name: segment.name, membership });
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

  get name(): string {
    return this.segment.name;
  }

  /** Says how another process opens the cell; its name stays until somebody has. */
  send(): string {
    this.run(reap);
    Atomics.add(this.words, AT_EXPORTS, 1);
    noteHandle(this);
    return this.name;
  }

  takeBack(): void {
    // At the end of this process it may be unmapped.
    if (this.segment.isOpen) Atomics.sub(this.words, AT_EXPORTS, 1);
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

  protected agentOf(member: number): number {
    return this.words[AT_MEMBERS + member * MEMBER_WORDS + MEMBER_ID] as number;
  }

  /** Sleeps until a slot's state is another one, at most so long. */
  sleep(slot: number, state: number, milliseconds: number): void {
    const word = AT_SLOTS + slot * SLOT_WORDS + SLOT_STATE;
    (libc() as Libc).futexWait(this.segment.address + word * WORD, state, milliseconds);
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
    try {
      this.#files.write(segment, bytes);
    } catch (error) {
      this.#busyWith(0);
      throw error;
    }
    return { segment, length };
  }

  discard({ segment }: Message): void {
    if (segment === undefined) return;
    this.#files.drop(segment);
    this.#busyWith(0);
  }

  unwrap({ bytes, segment, length }: Message): Buffer {
    if (segment === undefined) return bytes as Buffer;
    const copy = this.#files.read(segment, length);
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
