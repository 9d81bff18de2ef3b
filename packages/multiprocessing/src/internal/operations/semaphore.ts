import type { CellMemory, Kind, Wake } from '../cell-memory.ts';
import { AT_STATE, MEMBERS } from '../layout.ts';

/** How many permits are free. */
export const AT_FREE = AT_STATE;
/** How many there were at the start. */
export const AT_INITIAL = AT_STATE + 1;
/** 1 if there may never be more of them than at the start. */
export const AT_BOUNDED = AT_STATE + 2;
/** How many of the free ones a dead holder left. */
export const AT_ABANDONED = AT_STATE + 3;

export const TAKEN = 0;
export const TAKEN_ABANDONED = 1;
/** What releasing answers if there would be too many permits. */
export const TOO_MANY = -1;
export const MAX_PERMITS = 2 ** 31 - 1;

const LINE = 0;

/** Takes a permit. */
export function acquire(memory: CellMemory, member: number, _value: number, wake: Wake): number {
  const free = memory.words[AT_FREE] as number;
  if (free === 0) {
    memory.reap();
    if (memory.words[AT_FREE] === 0) return memory.wait(member, LINE, 0, wake);
    return acquire(memory, member, 0, wake);
  }
  memory.set(AT_FREE, free - 1);
  memory.hold(member, 1);
  const abandoned = memory.words[AT_ABANDONED] as number;
  if (abandoned === 0) return TAKEN;
  memory.set(AT_ABANDONED, abandoned - 1);
  return TAKEN_ABANDONED;
}

/** Gives permits back, to those who wait first. */
export function release(memory: CellMemory, member: number, count: number): number {
  const limit = memory.words[AT_BOUNDED] === 1 ? (memory.words[AT_INITIAL] as number) : MAX_PERMITS;
  if ((memory.words[AT_FREE] as number) + count > limit) return TOO_MANY;
  memory.hold(member, -count);
  give(memory, count, TAKEN);
  return 0;
}

export const semaphoreKind: Kind = {
  undoGrant(memory, member, _line, value) {
    memory.hold(member, -1);
    give(memory, 1, value);
  },
  undoHold(memory, member, leaves) {
    // A permit that was meant as a signal was never at the start, or came back through somebody else. Whoever ends in the
    // normal way has kept what it has not released: another may release it.
    const missing = (memory.words[AT_INITIAL] as number) - accountedFor(memory, member);
    const back = leaves ? 0 : Math.min(memory.heldBy(member), missing);
    memory.hold(member, -memory.heldBy(member));
    if (back > 0) give(memory, back, TAKEN_ABANDONED);
  },
};

function give(memory: CellMemory, count: number, state: number): void {
  let rest = count;
  for (; rest > 0; rest -= 1) {
    const next = memory.first(LINE);
    if (next < 0) break;
    memory.hold(memory.memberOf(next), 1);
    memory.grant(next, state);
  }
  if (rest === 0) return;
  memory.set(AT_FREE, (memory.words[AT_FREE] as number) + rest);
  if (state === TAKEN_ABANDONED) memory.set(AT_ABANDONED, (memory.words[AT_ABANDONED] as number) + rest);
}

function accountedFor(memory: CellMemory, except: number): number {
  let count = memory.words[AT_FREE] as number;
  for (let member = 0; member < MEMBERS; member += 1)
    if (member !== except) count += Math.max(0, memory.heldBy(member));
  return count;
}
