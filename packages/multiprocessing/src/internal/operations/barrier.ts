import { type CellMemory, type Kind, QUEUED, type Wake } from '../cell-memory.ts';
import { AT_STATE, WAITING } from '../layout.ts';

export const AT_PARTIES = AT_STATE;
/** How many have arrived; they wait, but for the last one, who runs the action. */
const AT_ARRIVED = AT_STATE + 1;
export const AT_BROKEN = AT_STATE + 2;
/** 0, or 1 + the member that runs the action. */
const AT_ACTING = AT_STATE + 3;

/** Added to the index of the last one to arrive. */
export const LAST = 1 << 20;
/** The barrier is broken, or was reset. */
export const IS_BROKEN = 1 << 21;
/** The one before this arrival's round is over: arrive again. */
export const AGAIN = 1 << 22;

const WAITERS = 0;
const LOBBY = 1;

/**
 * Arrives at the barrier.
 *
 * @param hasAction Whether the last one to arrive runs an action before the others go on.
 */
export function arrive(memory: CellMemory, member: number, hasAction: number, wake: Wake): number {
  const { words } = memory;
  if (words[AT_BROKEN] === 1) return IS_BROKEN;
  if (words[AT_ACTING] !== 0) {
    const acting = (words[AT_ACTING] as number) - 1;
    if (acting === member || !memory.isGone(acting)) return memory.enqueue(member, LOBBY, 0, wake);
    memory.bury(acting);
    return IS_BROKEN;
  }
  const index = words[AT_ARRIVED] as number;
  if (index + 1 < (words[AT_PARTIES] as number)) {
    const place = memory.enqueue(member, WAITERS, 0, wake);
    if (place <= QUEUED) memory.set(AT_ARRIVED, index + 1);
    return place;
  }
  if (hasAction === 0) return letGo(memory) ? index : IS_BROKEN;
  memory.set(AT_ARRIVED, index + 1);
  memory.set(AT_ACTING, member + 1);
  return LAST + index;
}

/** Lets all go on, after the action: 0, or {@link IS_BROKEN} if it was broken or reset meanwhile. */
export function complete(memory: CellMemory, member: number): number {
  if (memory.words[AT_ACTING] !== member + 1) return IS_BROKEN;
  return letGo(memory) ? 0 : IS_BROKEN;
}

/** Breaks the barrier: all who wait and will come are told so. */
export function abort(memory: CellMemory): number {
  memory.set(AT_BROKEN, 1);
  turnAway(memory);
  return 0;
}

/** Makes it whole again; all who wait are turned away. */
export function reset(memory: CellMemory): number {
  memory.set(AT_BROKEN, 0);
  turnAway(memory);
  return 0;
}

/** How many wait, not counting who died before its arrival was complete. */
export function waiting({ words }: CellMemory): number {
  return words[AT_ACTING] === 0 ? (words[AT_ARRIVED] as number) : 0;
}

/** Leaves the wait: 1, or 0 if the wait was over before. */
export function leave(memory: CellMemory, _member: number, slot: number): number {
  if (memory.stateOf(slot) !== WAITING) return 0;
  if (memory.lineOf(slot) === WAITERS) memory.set(AT_ARRIVED, (memory.words[AT_ARRIVED] as number) - 1);
  memory.free(slot);
  return 1;
}

export const barrierKind: Kind = {
  undoGrant: () => {},
  undoWait(memory, _member, line) {
    if (line === WAITERS) abort(memory);
  },
  undoHold(memory, member) {
    if (memory.words[AT_ACTING] === member + 1) abort(memory);
  },
};

/** Lets go all who wait, in arrival order; answers `false` if one of them is dead, which breaks the barrier. */
function letGo(memory: CellMemory): boolean {
  // The dead first: whoever is let go cannot be called back.
  memory.reap();
  if (memory.words[AT_BROKEN] === 1) return false;
  memory.set(AT_ARRIVED, 0);
  memory.set(AT_ACTING, 0);
  let index = 0;
  for (let slot = memory.first(WAITERS); slot >= 0; slot = memory.first(WAITERS)) {
    memory.grant(slot, index);
    index += 1;
  }
  memory.grantAll(LOBBY, AGAIN);
  return true;
}

function turnAway(memory: CellMemory): void {
  memory.set(AT_ARRIVED, 0);
  memory.set(AT_ACTING, 0);
  memory.grantAll(WAITERS, IS_BROKEN);
  memory.grantAll(LOBBY, memory.words[AT_BROKEN] === 1 ? IS_BROKEN : AGAIN);
}
