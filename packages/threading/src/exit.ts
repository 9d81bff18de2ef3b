import { isMainThread } from 'node:worker_threads';
import { endBySystemExit, systemExit } from '@weft/core/lowlevel';
import { writeOut } from './internal/output.ts';

/**
 * Ends the calling thread, after its `finally` blocks have run: it throws {@link SystemExit}, which nobody reports.
 *
 * In the main thread it ends the program, once the threads that are not daemons have ended.
 *
 * @param status A whole number is the exit code. `undefined`, `null` and `false` are 0, `true` is 1. Anything else is 1,
 *   and in the main thread it is printed to standard error.
 * @throws {SystemExit} Always.
 * @see https://docs.python.org/3/library/sys.html#sys.exit
 * @example
 * export function search(from: number) {
 *   if (!fits(from)) exit(1);
 *   console.log(from);
 * }
 */
export function exit(status?: unknown): never {
  if (isMainThread) endBySystemExit((text) => writeOut(2, Buffer.from(text)));
  throw systemExit(status);
}
