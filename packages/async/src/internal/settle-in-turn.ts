import { Deque } from '@weft/core/lowlevel';

import type { Future } from '../future.ts';
import { WAITING } from './future-state.ts';

/** A future and what it is to end with. */
interface Ending {
  readonly future: Future<unknown>;
  readonly state: number;
  readonly value: unknown;
}

const endings = new Deque<Ending>();
let settling = false;

/**
 * Ends a future because another one has ended. No recursion: futures may be made of each other thousands deep, as
 * gathers of gathers are.
 */
export function settleInTurn(future: Future<unknown>, state: number, value: unknown): void {
  if (settling) {
    endings.pushBack({ future, state, value });
    return;
  }
  settling = true;
  try {
    future._settle(state, value);
    for (let next = endings.popFront(); next !== undefined; next = endings.popFront())
      if (next.future._state === WAITING) next.future._settle(next.state, next.value);
  } finally {
    settling = false;
  }
}
