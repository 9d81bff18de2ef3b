import {
  AT_JOURNAL,
  AT_JOURNAL_COUNT,
  AT_KIND,
  AT_MEMBERS,
  AT_NEXT_TICKET,
  AT_SLOTS,
  AT_SLOTS_USED,
  BURIED,
  FREE,
  GRANTED,
  JOURNAL_ENTRIES,
  MEMBERS,
  MEMBER_BUSY,
  MEMBER_HELD,
  MEMBER_ID,
  MEMBER_START,
  MEMBER_WORDS,
  SLOTS,
  SLOT_OWNER,
  SLOT_STATE,
  SLOT_TICKET,
  SLOT_VALUE,
  SLOT_WAKE,
  SLOT_WORDS,
  WAITING,
} from './layout.ts';

import type { Message, MessageStore } from './message-store.ts';

/** The operation would have to wait, and was asked not to. */
export const REFUSED = -1;
/** The operation has to wait, and no slot is free. */
export const CROWDED = -2;
/** Operations that wait answer this minus their slot. */
export const QUEUED = -16;

/** How an operation may wait: not at all, asleep in a system call, or (above 0) with the doorbell and this number. */
export type Wake = number;
export const NO_WAIT: Wake = -1;
export const ASLEEP: Wake = 0;

/** What the end of a member means to a kind of primitive. */
export interface Kind {
  /** Takes back what a dead member had been granted and had not collected. */
  undoGrant(memory: CellMemory, member: number, line: number, value: number): void;
  /** Takes note that a dead member no longer waits. */
  undoWait?(memory: CellMemory, member: number, line: number): void;
  /** Takes note of what changed by itself, as time passed. */
  notice?(memory: CellMemory): void;
  /** Takes back what a member held that is dead, or that leaves in the normal way. */
  undoHold?(memory: CellMemory, member: number, leaves: boolean): void;
}

const LINE_SHIFT = 8;
const MEMBER_MASK = (1 << LINE_SHIFT) - 1;
const LINE_MASK = 0xff;

/**
 * The words of a cell, as operations see them: only one operation at a time works on them, and each change is
 * written to the journal first, so that an operation that is cut short never happened.
 */
export class CellMemory {
  readonly words: Int32Array;
  /** The slots that were granted since the last look. */
  readonly granted: number[] = [];
  /** The members that were buried since the last look. */
  readonly buried: number[] = [];
  /** The agents that were buried, once that is final. */
  readonly forgotten: { id: number; start: number }[] = [];
  /** What is done once the operation is final. */
  readonly afterwards: (() => void)[] = [];
  /** The messages of a queue; other kinds have none. */
  store: MessageStore | undefined;
  /** The message to put, and the one that was taken. */
  outgoing: Message | undefined;
  incoming: Message | undefined;
  readonly #deaths = new Map<number, number>();
  readonly #kinds: readonly Kind[];
  readonly #isGone: (id: number, start: number) => boolean;

  /**
   * @param words The cell.
   * @param kinds What to do when a member dies, by kind.
   * @param isGone Whether the agent with this id and start is no more.
   */
  constructor(words: Int32Array, kinds: readonly Kind[], isGone: (id: number, start: number) => boolean) {
    this.words = words;
    this.#kinds = kinds;
    this.#isGone = isGone;
  }

  /** Changes a word so that it is undone if this agent dies before the operation is complete. */
  set(at: number, value: number): void {
    const { words } = this;
    const count = words[AT_JOURNAL_COUNT] as number;
    if (count === JOURNAL_ENTRIES) throw new RangeError('Cannot change that many words of a cell at once');
    words[AT_JOURNAL + count * 2] = at;
    words[AT_JOURNAL + count * 2 + 1] = words[at] as number;
    // The entry is whole before it counts, and counts before the word changes; pairs with `rollBack`.
    Atomics.store(words, AT_JOURNAL_COUNT, count + 1);
    Atomics.store(words, at, value);
  }

  /** Makes final what was changed so far. */
  commit(): void {
    if (this.words[AT_JOURNAL_COUNT] !== 0) Atomics.store(this.words, AT_JOURNAL_COUNT, 0);
  }

  /**
   * Gives back the places of those who were buried, once their burial is final.
   *
   * @param self Who does it: one who leaves still has the latch, which is known by its place, and gives that back last.
   */
  vacate(self: number): void {
    for (const member of this.buried) {
      if (member === self) continue;
      const at = AT_MEMBERS + member * MEMBER_WORDS;
      this.forgotten.push({ id: this.words[at + MEMBER_ID] as number, start: this.#deaths.get(member) ?? 0 });
      // The id last: until then nobody takes the place; pairs with the exchange in `join`.
      Atomics.store(this.words, at + MEMBER_START, 0);
      Atomics.store(this.words, at + MEMBER_ID, 0);
    }
    this.buried.length = 0;
    this.#deaths.clear();
  }

  /** Undoes what was changed since the last commit; doing it twice does no harm. */
  rollBack(): void {
    const { words } = this;
    for (let i = Atomics.load(words, AT_JOURNAL_COUNT) - 1; i >= 0; i -= 1) {
      Atomics.store(words, words[AT_JOURNAL + i * 2] as number, words[AT_JOURNAL + i * 2 + 1] as number);
    }
    Atomics.store(words, AT_JOURNAL_COUNT, 0);
    this.granted.length = 0;
    this.buried.length = 0;
    this.afterwards.length = 0;
  }

  /**
   * Stands in line.
   *
   * A thread about to sleep passes those of its own waits that only its event loop could end: none of them could go
   * on before it wakes. It takes over what such a wait was granted already.
   *
   * @param value Kept with the wait.
   * @returns {@link QUEUED} minus the slot, {@link REFUSED}, {@link CROWDED}, or a value taken over, 0 or more.
   */
  wait(member: number, line: number, value: number, wake: Wake): number {
    if (wake === NO_WAIT) return REFUSED;
    const { words } = this;
    let ticket = words[AT_NEXT_TICKET] as number;
    if (wake === ASLEEP) {
      const owner = ownerOf(member, line);
      for (let at = AT_SLOTS; at < this.#slotsEnd; at += SLOT_WORDS) {
        if (words[at + SLOT_OWNER] !== owner || words[at + SLOT_STATE] === FREE || words[at + SLOT_WAKE] === ASLEEP)
          continue;
        if (words[at + SLOT_STATE] === GRANTED) {
          this.set(at + SLOT_STATE, WAITING);
          return words[at + SLOT_VALUE] as number;
        }
        if ((words[at + SLOT_TICKET] as number) - ticket < 0) ticket = words[at + SLOT_TICKET] as number;
      }
    }
    return this.enqueue(member, line, value, wake, ticket);
  }

  /**
   * Stands in line, passing nobody.
   *
   * @returns {@link QUEUED} minus the slot, {@link REFUSED} or {@link CROWDED}.
   */
  enqueue(
    member: number,
    line: number,
    value: number,
    wake: Wake,
    ticket: number = this.words[AT_NEXT_TICKET] as number,
  ): number {
    if (wake === NO_WAIT) return REFUSED;
    const { words } = this;
    const slot = this.#freeSlot();
    if (slot < 0) return CROWDED;
    const at = AT_SLOTS + slot * SLOT_WORDS;
    this.set(AT_NEXT_TICKET, ((words[AT_NEXT_TICKET] as number) + 1) | 0);
    this.set(at + SLOT_OWNER, ownerOf(member, line));
    this.set(at + SLOT_TICKET, ticket);
    this.set(at + SLOT_VALUE, value);
    this.set(at + SLOT_WAKE, wake);
    this.set(at + SLOT_STATE, WAITING);
    return QUEUED - slot;
  }

  /** The live wait that came first in a line; -1 if none. */
  first(line: number): number {
    for (;;) {
      const slot = this.#first(line);
      if (slot < 0) return slot;
      const member = this.memberOf(slot);
      if (!this.isGone(member)) return slot;
      this.bury(member);
    }
  }

  /** Ends a wait with a value. Its owner collects it. */
  grant(slot: number, value: number): void {
    const at = AT_SLOTS + slot * SLOT_WORDS;
    this.set(at + SLOT_VALUE, value);
    this.set(at + SLOT_STATE, GRANTED);
    this.granted.push(slot);
  }

  /** Ends every wait of a line, with its own value or with this one. */
  grantAll(line: number, value?: number): void {
    for (let slot = 0; slot < (this.words[AT_SLOTS_USED] as number); slot += 1) {
      if (this.isWaiting(slot, line)) this.grant(slot, value ?? this.valueOf(slot));
    }
  }

  /** Gives a slot back. */
  free(slot: number): void {
    this.set(AT_SLOTS + slot * SLOT_WORDS + SLOT_STATE, FREE);
    let used = this.words[AT_SLOTS_USED] as number;
    if (slot + 1 < used) return;
    while (used > 0 && this.stateOf(used - 1) === FREE) used -= 1;
    this.set(AT_SLOTS_USED, used);
  }

  /** Whether a slot is a wait in this line that has not ended. */
  isWaiting(slot: number, line: number): boolean {
    return this.stateOf(slot) === WAITING && this.lineOf(slot) === line;
  }

  /** How many wait in a line. */
  waiting(line: number): number {
    let count = 0;
    for (let slot = 0; slot < (this.words[AT_SLOTS_USED] as number); slot += 1)
      if (this.isWaiting(slot, line)) count += 1;
    return count;
  }

  stateOf(slot: number): number {
    return this.words[AT_SLOTS + slot * SLOT_WORDS + SLOT_STATE] as number;
  }

  valueOf(slot: number): number {
    return this.words[AT_SLOTS + slot * SLOT_WORDS + SLOT_VALUE] as number;
  }

  memberOf(slot: number): number {
    return (this.words[AT_SLOTS + slot * SLOT_WORDS + SLOT_OWNER] as number) & MEMBER_MASK;
  }

  lineOf(slot: number): number {
    return ((this.words[AT_SLOTS + slot * SLOT_WORDS + SLOT_OWNER] as number) >> LINE_SHIFT) & LINE_MASK;
  }

  /** Adds to what a member holds. */
  hold(member: number, change: number): void {
    const at = AT_MEMBERS + member * MEMBER_WORDS + MEMBER_HELD;
    this.set(at, (this.words[at] as number) + change);
  }

  heldBy(member: number): number {
    return this.words[AT_MEMBERS + member * MEMBER_WORDS + MEMBER_HELD] as number;
  }

  /** Whether a member is no more: it died without leaving. */
  isGone(member: number): boolean {
    const at = AT_MEMBERS + member * MEMBER_WORDS;
    const id = this.words[at + MEMBER_ID] as number;
    return id !== 0 && !this.buried.includes(member) && this.#isGone(id, this.words[at + MEMBER_START] as number);
  }

  /** Clears up after the members that have died. */
  reap(): void {
    for (let member = 0; member < MEMBERS; member += 1) if (this.isGone(member)) this.bury(member);
  }

  /**
   * Takes back all that a member had or waited for, and forgets it.
   *
   * @param leaves Whether it is not dead, but leaves in the normal way.
   */
  bury(member: number, leaves = false): void {
    const { kind } = this;
    for (let slot = 0; slot < (this.words[AT_SLOTS_USED] as number); slot += 1) {
      if (this.memberOf(slot) !== member || this.stateOf(slot) === FREE) continue;
      const granted = this.stateOf(slot) === GRANTED;
      const line = this.lineOf(slot);
      const value = this.valueOf(slot);
      this.free(slot);
      if (granted) kind?.undoGrant(this, member, line, value);
      else kind?.undoWait?.(this, member, line);
    }
    kind?.undoHold?.(this, member, leaves);
    const at = AT_MEMBERS + member * MEMBER_WORDS;
    this.set(at + MEMBER_HELD, 0);
    this.set(at + MEMBER_BUSY, 0);
    this.#deaths.set(member, this.words[at + MEMBER_START] as number);
    this.set(at + MEMBER_START, BURIED);
    this.buried.push(member);
  }

  /** What it is the memory of. */
  get kind(): Kind | undefined {
    return this.#kinds[this.words[AT_KIND] as number];
  }

  get #slotsEnd(): number {
    return AT_SLOTS + (this.words[AT_SLOTS_USED] as number) * SLOT_WORDS;
  }

  #first(line: number): number {
    const { words } = this;
    let best = -1;
    for (let slot = 0; slot < (words[AT_SLOTS_USED] as number); slot += 1) {
      if (!this.isWaiting(slot, line)) continue;
      if (best < 0) best = slot;
      else {
        const ahead = this.#ticketOf(slot) - this.#ticketOf(best);
        if (ahead < 0 || (ahead === 0 && words[AT_SLOTS + slot * SLOT_WORDS + SLOT_WAKE] === ASLEEP)) best = slot;
      }
    }
    return best;
  }

  #ticketOf(slot: number): number {
    return this.words[AT_SLOTS + slot * SLOT_WORDS + SLOT_TICKET] as number;
  }

  #freeSlot(): number {
    const used = this.words[AT_SLOTS_USED] as number;
    for (let slot = 0; slot < used; slot += 1) if (this.stateOf(slot) === FREE) return slot;
    if (used === SLOTS) return CROWDED;
    this.set(AT_SLOTS_USED, used + 1);
    return used;
  }
}

function ownerOf(member: number, line: number): number {
  return member | (line << LINE_SHIFT);
}
