import { WaitList } from './wait-list.ts';
import type { Waiter } from './waiter.ts';

let list = new WaitList('for the next turn of the event loop');
let callbacks = new Set<() => void>();
let armed = false;

/** Makes a waiter wait for the event loop's next turn: one setImmediate serves everyone who asked in this turn. */
export function waitForTurn(waiter: Waiter): void {
  list.push(waiter);
  arm();
}

/**
 * Calls back once, in the event loop's next turn.
 *
 * @returns Stops it.
 */
export function callNextTurn(callback: () => void): () => void {
  const once = (): void => callback();
  const queue = callbacks;
  queue.add(once);
  arm();
  return () => void queue.delete(once);
}

function arm(): void {
  if (armed) return;
  armed = true;
  setImmediate(fire);
}

function fire(): void {
  armed = false;
  const [sleepers, calls] = [list, callbacks];
  list = new WaitList(sleepers.action);
  callbacks = new Set();
  while (sleepers.head !== undefined) sleepers.head.wake();
  for (const call of calls) call();
}
