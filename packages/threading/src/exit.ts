import { isMainThread } from 'node:worker_threads';
import { inspect } from 'node:util';
import { SystemExit } from '@weft/core';
import { systemExit } from '@weft/core/lowlevel';
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
  if (isMainThread) catchExit();
  throw systemExit(status);
}

let catching = false;

// What ends the main thread goes through here from now on, since Node knows no error that is none.
function catchExit(): void {
  if (catching) return;
  catching = true;
  process.on('uncaughtException', (error: unknown) => {
    if (error instanceof SystemExit) {
      const { cause } = error;
      if (cause !== undefined) writeOut(2, Buffer.from(`${typeof cause === 'string' ? cause : inspect(cause)}\n`));
      process.exit(error.exitCode);
    }
    if (process.listenerCount('uncaughtException') > 1) return;
    writeOut(2, Buffer.from(`Uncaught ${inspect(error)}\n`));
    process.exit(1);
  });
}
