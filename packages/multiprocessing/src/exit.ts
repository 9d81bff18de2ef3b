import { endBySystemExit, isWorkerThread, systemExit } from '@weft/core/lowlevel';
import { printNow } from './internal/output.ts';
import { ownProcess } from './internal/own-process.ts';

/**
 * Ends this process, after the `finally` blocks on the way, by throwing {@link SystemExit}.
 *
 * @param status A whole number is the exit code. `undefined`, `null` and `false` are 0, `true` is 1. Anything else is
 *   printed to standard error, and the exit code is 1.
 * @see https://docs.python.org/3/library/sys.html#sys.exit
 * @example
 * export function check(lines: string[]) {
 *   if (lines.length === 0) exit('nothing to check');
 * }
 */
export function exit(status?: unknown): never {
  // A child, and a thread, sees to its own end.
  if (ownProcess().parent === undefined && !isWorkerThread()) endBySystemExit((text) => printNow(2, text));
  throw systemExit(status);
}
