import type { CancelledError } from '@weft/core';

import type { Future } from '../future.ts';
import { WAITING } from './future-state.ts';

/** A future that hands its cancellation on to what it waits for, while it does so. */
export interface HandingOn {
  readonly future: Future<unknown>;
  /** Whether one of those that it went to took it. */
  taken: boolean;
  /** Where it goes next; `undefined` once it has been everywhere. */
  next(): Future<unknown> | undefined;
  /**
   * Called once it has been everywhere.
   *
   * @returns Whether the future took the cancellation.
   */
  end(): boolean;
}

/** Those that one cancellation has gone through, and whether they took it. */
type Reached = Map<Future<unknown>, boolean>;

/**
 * Cancels a future, and what it hands the cancellation on to. No recursion: tasks and gathers may await each other
 * thousands deep. What is awaited in several ways is reached once.
 *
 * Where tasks await each other in a circle, the cancellation comes back to one that hands it on, which breaks the circle.
 * Whoever cancels one of those anew meanwhile, as a signal aborts, only adds to what is on its way already.
 *
 * @returns Whether it took the cancellation.
 */
export function handDown(future: Future<unknown>, error: CancelledError, reached?: Reached): boolean {
  if (future._state !== WAITING) return false;
  const first = future._handOn(error);
  if (first === undefined) return future._handsOn() ? future._cancelAgain() : future._cancelHere(error);
  let known = reached;
  const above: HandingOn[] = [];
  let handing: HandingOn = first;
  try {
    for (;;) {
      const next: Future<unknown> | undefined = handing.next();
      if (next === undefined) {
        const taken = handing.end();
        const back = above.pop();
        if (back !== undefined || known !== undefined) (known ??= new Map()).set(handing.future, taken);
        if (back === undefined) return taken;
        handing = back;
        if (taken) handing.taken = true;
      } else if (known?.has(next)) {
        if (known.get(next)) handing.taken = true;
      } else if (next._state === WAITING) {
        const below = next._handOn(error);
        if (below !== undefined) {
          above.push(handing);
          handing = below;
        } else {
          const again = next._handsOn() && handing.future !== next && !above.some((each) => each.future === next);
          if (again ? next._cancelAgain() : next._cancelHere(error)) handing.taken = true;
        }
      }
    }
  } catch (failure) {
    // A wait of somebody else could not be ended: nobody above may go on handing on.
    for (let each: HandingOn | undefined = handing; each !== undefined; each = above.pop()) each.end();
    throw failure;
  }
}

/** Cancels several tasks at once, of which some may await others: those are reached once. */
export function cancelAll(tasks: readonly Future<unknown>[], error: CancelledError): void {
  const reached: Reached = new Map();
  for (const task of tasks) if (!reached.has(task)) handDown(task, error, reached);
}
