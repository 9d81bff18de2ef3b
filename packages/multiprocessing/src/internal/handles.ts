import type { Cell } from './cell.ts';

let collected: Cell[] | undefined;

/** Notes that somebody was given a handle of a cell. */
export function noteHandle(cell: Cell): void {
  collected?.push(cell);
}

/**
 * Collects the cells whose handles are written meanwhile: each is to be told if nobody will open the handle. They are
 * told here if nothing comes of the writing.
 *
 * @param cells Where they are collected.
 */
export function collectHandles<T>(cells: Cell[], write: () => T): T {
  const before = collected;
  collected = cells;
  try {
    return write();
  } catch (error) {
    takeBackHandles(cells);
    throw error;
  } finally {
    collected = before;
  }
}

/** Takes back what nobody will open. */
export function takeBackHandles(cells: Cell[]): void {
  for (const cell of cells.splice(0)) cell.takeBack();
}
