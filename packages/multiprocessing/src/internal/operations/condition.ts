import type { CellMemory, Kind, Wake } from '../cell-memory.ts';

const LINE = 0;

/** Waits to be notified. */
export function wait(memory: CellMemory, member: number, _value: number, wake: Wake): number {
  return memory.wait(member, LINE, 0, wake);
}

/** Notifies as many as are asked for, those first who came first. Answers how many there were. */
export function notify(memory: CellMemory, _member: number, count: number): number {
  for (let done = 0; done < count; done += 1) {
    const next = memory.first(LINE);
    if (next < 0) return done;
    memory.grant(next, 0);
  }
  return count;
}

export const conditionKind: Kind = {
  // Whoever was notified and died did not use it.
  undoGrant: (memory, member) => notify(memory, member, 1),
};
