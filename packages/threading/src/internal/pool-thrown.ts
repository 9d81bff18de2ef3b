import { type Body, unpackThrown } from '@weft/core/lowlevel';
import type { WorkerExit } from '@weft/core/scheduler';
import { callHook, excepthook, installedHook } from '../excepthook.ts';
import { handleOf } from '../thread.ts';

/**
 * Makes again what was thrown in a worker.
 *
 * @param origin The name of the worker.
 * @returns It, or where that is impossible the error that says so.
 */
export function thrownThere(body: Body, origin: string): unknown {
  try {
    return unpackThrown(body, 'thread', origin);
  } catch (error) {
    return error;
  }
}

/**
 * Tells the excepthook of the error that ended a worker, if one did. Of one that was not ready yet, the broken pool tells.
 *
 * @param exit Why it has gone.
 * @param ident Which thread it was, and how that was called.
 */
export function tellOfEnd({ cause, unready }: WorkerExit, ident: number, name: string): void {
  if (cause !== undefined && unready !== true)
    callHook(installedHook() ?? excepthook, cause, handleOf(ident, { ident, name, daemon: true }));
}
