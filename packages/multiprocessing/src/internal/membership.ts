import { thisAgent } from './agent.ts';
import { type CellMemory, NO_WAIT } from './cell-memory.ts';
import { MAILBOX } from './kinds.ts';
import {
  AT_CREATOR_ID,
  AT_CREATOR_START,
  AT_EXPORTS,
  AT_IMPORTS,
  AT_KIND,
  AT_MEMBERS,
  BURIED,
  MEMBERS,
  MEMBER_ID,
  MEMBER_WORDS,
} from './layout.ts';
import { isAlive } from './liveness.ts';
import { quit } from './operations/waits.ts';
import { SHARED_MEMORY_FOLDER, removeFile } from './resource-tracker.ts';
import { removeChunks } from './segment-chunks.ts';
import type { Segment } from './segment.ts';
import { transact } from './transaction.ts';

const WORD = 4;

const memberships = new Set<Membership>();
let leavesAtExit = false;

/** An agent's place in a cell, which outlives the object that stands for the cell. */
export class Membership {
  readonly #segment: Segment;
  readonly #memory: CellMemory;
  /** This agent's number among those who have the cell open. */
  readonly member: number;

  /** @throws {RangeError} If the cell has too many members. */
  constructor(segment: Segment, memory: CellMemory) {
    this.#segment = segment;
    this.#memory = memory;
    this.member = join(memory);
    memberships.add(this);
    if (!leavesAtExit) process.on('exit', leaveAll);
    leavesAtExit = true;
  }

  /**
   * Gives up what is held here and, with the last member, the cell's name.
   *
   * @param unmap Whether views of the memory end too; those that somebody still has keep it mapped otherwise.
   */
  leave(unmap = true): void {
    if (!memberships.delete(this)) return;
    const { words } = this.#memory;
    transact(this.#segment, this.#memory, this.member, quit, 0, NO_WAIT);
    // Unless somebody took this agent for dead meanwhile and gave the place to another.
    Atomics.compareExchange(entriesOf(words), this.member * 2, entryOf(thisAgent().id, BURIED), 0n);
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
  const entry = entryOf(id, start);
  const entries = entriesOf(words);
  for (let member = 0; member < MEMBERS; member += 1) {
    // Id and start in one step: nobody sees half a member.
    if (Atomics.compareExchange(entries, member * 2, 0n, entry) === 0n) return member;
  }
  throw new RangeError(`Cannot share a primitive among more than ${MEMBERS} threads and processes at once`);
}

/** The members' words, taken two at a time: id and start are one. */
function entriesOf(words: Int32Array): BigInt64Array {
  return new BigInt64Array(words.buffer, AT_MEMBERS * WORD, (MEMBERS * MEMBER_WORDS) / 2);
}

function entryOf(id: number, start: number): bigint {
  return BigInt.asIntN(64, (BigInt(start) << 32n) | BigInt(id));
}
