import type { WorkerExit } from '@weft/core/scheduler';
import { callHook, excepthook, installedHook } from '../excepthook.ts';
import { handleOf } from '../thread.ts';

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
