import type { CellMemory, Kind, Wake } from '../cell-memory.ts';
import { AT_STATE } from '../layout.ts';

/** 0, or 1 + the member that holds the lock, with {@link CONTENDED}; or {@link ABANDONED}. */
export const AT_OWNER = AT_STATE;
/** Somebody may wait: the holder cannot release it without looking. */
export const CONTENDED = 1 << 30;
/** Nobody holds the lock, and the last holder died with it. */
export const ABANDONED = 1 << 29;
export const OWNER_MASK = 0xffff;

/** What taking the lock answers. */
export const TAKEN = 0;
export const TAKEN_ABANDONED = 1;

/** What releasing the lock answers if nobody holds it. */
export const NOT_HELD = -1;

const LINE = 0;

/** Takes the lock, from a dead holder too. */
export function acquire(memory: CellMemory, member: number, _value: number, wake: Wake): number {
  const { words } = memory;
  for (;;) {
    const seen = Atomics.load(words, AT_OWNER);
    const owner = (seen & OWNER_MASK) - 1;
    if (owner < 0) {
      // Those who find it free do not take the latch.
      if (Atomics.compareExchange(words, AT_OWNER, seen, (seen & CONTENDED) | (member + 1)) !== seen) continue;
      return seen & ABANDONED ? TAKEN_ABANDONED : TAKEN;
    }
    if (owner !== member && memory.isGone(owner)) {
      memory.bury(owner);
      continue;
    }
    // Before standing in line, so that the holder cannot leave without looking at it. Harmless if nobody comes.
    if (wake >= 0 && !(seen & CONTENDED) && Atomics.compareExchange(words, AT_OWNER, seen, seen | CONTENDED) !== seen)
      continue;
    return memory.wait(member, LINE, 0, wake);
  }
}

/** Hands the lock to the one who came first, or frees it. */
export function release(memory: CellMemory): number {
  if ((Atomics.load(memory.words, AT_OWNER) & OWNER_MASK) === 0) return NOT_HELD;
  passOn(memory, TAKEN);
  return 0;
}

export const lockKind: Kind = {
  undoGrant: (memory, _member, _line, value) => passOn(memory, value),
  undoHold(memory, member) {
    if ((Atomics.load(memory.words, AT_OWNER) & OWNER_MASK) === member + 1) passOn(memory, TAKEN_ABANDONED);
  },
};

function passOn(memory: CellMemory, state: number): void {
  const next = memory.first(LINE);
  if (next >= 0) {
    memory.set(AT_OWNER, (memory.memberOf(next) + 1) | CONTENDED);
    memory.grant(next, state);
    return;
  }
  // As soon as it is free others take it without the latch, so nothing may be left to undo.
  memory.commit();
  Atomics.store(memory.words, AT_OWNER, state === TAKEN_ABANDONED ? ABANDONED : 0);
}
