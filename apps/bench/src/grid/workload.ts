import { sleep } from '@weft/async';

/** One kind of work: how long a call takes, how much of that it waits, what it carries, and how many calls there are. */
export interface Cell {
  /** From 0 (it only computes) to 1 (it only waits). */
  ioShare: number;
  /** In milliseconds. */
  length: number;
  /** In bytes, there and back. */
  payload: number;
  count: number;
}

/** What a call is given. */
export interface Item {
  cell: Cell;
  bytes: Uint8Array;
}

/** Computes and waits as its cell says: the work whose best technique is looked for. */
export async function work({ cell, bytes }: Item): Promise<Uint8Array> {
  compute(cell.length * (1 - cell.ioShare));
  if (cell.ioShare > 0) await sleep(cell.length * cell.ioShare);
  return bytes;
}

/** Does a fixed amount of work for each millisecond, so that two on one core take twice as long. */
function compute(milliseconds: number): void {
  const rounds = milliseconds * ROUNDS_PER_MILLISECOND;
  let state = 1;
  for (let i = 0; i < rounds; i += 1) state = (Math.imul(state, 1_103_515_245) + 12_345) | 0;
  if (state === 0.5) throw new Error('It cannot be');
}

/** About a millisecond's worth on a machine of today. */
const ROUNDS_PER_MILLISECOND = 1_000_000;

/** Every combination of the grid. */
export const grid: Cell[] = [0, 0.5, 1].flatMap((ioShare) =>
  [0.05, 2, 20].flatMap((length) =>
    [0, 256 * 1024].flatMap((payload) => [20, 200].map((count): Cell => ({ ioShare, length, payload, count }))),
  ),
);

/** Makes the items of a cell. */
export function itemsOf(cell: Cell): Item[] {
  return Array.from({ length: cell.count }, () => ({ cell, bytes: new Uint8Array(cell.payload) }));
}
