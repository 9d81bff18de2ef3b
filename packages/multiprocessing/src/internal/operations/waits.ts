import { type CellMemory, REFUSED } from '../cell-memory.ts';
import { FREE, GRANTED, WAITING } from '../layout.ts';

/** Takes what a wait was granted, and frees its slot. */
export function collect(memory: CellMemory, _member: number, slot: number): number {
  if (memory.stateOf(slot) !== GRANTED) return REFUSED;
  const value = memory.valueOf(slot);
  memory.free(slot);
  return value;
}

/** Leaves a wait: 1, or 0 if it was granted before. */
export function withdraw(memory: CellMemory, _member: number, slot: number): number {
  if (memory.stateOf(slot) !== WAITING) return 0;
  memory.free(slot);
  return 1;
}

/** Passes on what a wait was granted and cannot be made use of. */
export function giveUp(memory: CellMemory, member: number, slot: number): number {
  if (memory.stateOf(slot) === FREE) return 0;
  const granted = memory.stateOf(slot) === GRANTED;
  const line = memory.lineOf(slot);
  const value = memory.valueOf(slot);
  memory.free(slot);
  if (granted) memory.kind?.undoGrant(memory, member, line, value);
  return 0;
}

/** Clears up after the dead. */
export function reap(memory: CellMemory): number {
  memory.reap();
  memory.kind?.notice?.(memory);
  return 0;
}

/** Leaves the cell: gives up what the member has and waits for. */
export function quit(memory: CellMemory, member: number): number {
  memory.bury(member, true);
  return 0;
}
