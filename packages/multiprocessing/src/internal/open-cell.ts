import { BrokeredCell, isBrokered } from './brokered-cell.ts';
import type { Cell } from './cell.ts';
import { MappedCell } from './mapped-cell.ts';
import { canShareMemory } from './segment.ts';

/**
 * Makes a cell, in shared memory where that can be had and in the broker process otherwise.
 *
 * @param kind Its kind, a number of `kinds.ts`.
 * @param state The first words of its state.
 * @param extra How many bytes the kind needs besides.
 */
export function createCell(kind: number, state: readonly number[], extra = 0): Cell {
  return canShareMemory() ? MappedCell.create(kind, state, extra) : BrokeredCell.create(kind, state, extra);
}

/** Opens a cell by what its `send` gave. */
export function receiveCell(name: string): Cell {
  return isBrokered(name) ? BrokeredCell.receive(name) : MappedCell.receive(name);
}
