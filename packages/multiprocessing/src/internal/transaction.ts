import type { CellMemory, Wake } from './cell-memory.ts';
import type { Operation } from './cell.ts';
import { forgetBell, ring } from './doorbell.ts';
import {
  AT_LATCH,
  AT_MEMBERS,
  AT_SLOTS,
  LATCH_AWAITED,
  MEMBER_ID,
  MEMBER_START,
  MEMBER_WORDS,
  SLOT_STATE,
  SLOT_WAKE,
  SLOT_WORDS,
} from './layout.ts';
import { type Libc, libc } from './libc.ts';
import type { Segment } from './segment.ts';

const LATCH_SPINS = 200;
const LATCH_NAP = 1;
const WORD = 4;

/**
 * Carries out an operation on a mapped cell: alone, wholly or not at all, and then wakes those whom it lets go on.
 *
 * If this agent dies meanwhile, the next one who wants the cell undoes what was begun.
 */
export function transact(
  segment: Segment,
  memory: CellMemory,
  member: number,
  operation: Operation,
  value: number,
  wake: Wake,
): number {
  const { words } = memory;
  if (Atomics.compareExchange(words, AT_LATCH, 0, member + 1) !== 0) latch(segment, memory, member + 1);
  let bells: Bell[] | undefined;
  try {
    const result = operation(memory, member, value, wake);
    memory.commit();
    if (memory.buried.length > 0) memory.vacate(member);
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

/** Removes the doorbells of those who died. */
function forgetDead(memory: CellMemory): void {
  for (const { id, start } of memory.forgotten.splice(0)) forgetBell(id, start);
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
  if (bell.wake === 0)
    foreign().futexWake(segment.address + (AT_SLOTS + bell.slot * SLOT_WORDS + SLOT_STATE) * WORD, 1);
  else ring(bell.id, bell.start, bell.wake);
}

function foreign(): Libc {
  return libc() as Libc;
}
