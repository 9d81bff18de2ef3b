import type { CellMemory, Kind, Wake } from '../cell-memory.ts';
import { AT_STATE } from '../layout.ts';

/** 1 if the event is set. */
export const AT_FLAG = AT_STATE;

const LINE = 0;

/** Waits until the event is set. */
export function wait(memory: CellMemory, member: number, _value: number, wake: Wake): number {
  return memory.words[AT_FLAG] === 1 ? 0 : memory.wait(member, LINE, 0, wake);
}

/** Sets the event and lets go all who wait. */
export function set(memory: CellMemory): number {
  memory.set(AT_FLAG, 1);
  memory.grantAll(LINE);
  return 0;
}

export function clear(memory: CellMemory): number {
  memory.set(AT_FLAG, 0);
  return 0;
}

export const eventKind: Kind = { undoGrant: () => {} };
