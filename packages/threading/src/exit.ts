import { isMainThread } from 'node:worker_threads';
import { inspect } from 'node:util';
import { SystemExit } from '@weft/core';
import { writeOut } from './internal/output.ts';

/**
 * Ends the calling thread, after its `finally` blocks have run: it throws {@link SystemExit}, which nobody reports.
 *
 * In the main thread it ends the program, once the threads that are not daemons have ended.
 *
 * @param code The exit status.
 * @throws {SystemExit} Always.
 * @see https://docs.python.org/3/library/sys.html#sys.exit
 * @example
 * export function search(from: number) {
 *   if (!fits(from)) exit(1);
 *   console.log(from);
 * }
 */
export function exit(code = 0): never {
  if (isMainThread) catchExit();
  throw new SystemExit(code);
}

let catching = false;

// What ends the main thread goes through here from now on, since Node knows no error that is none.
function catchExit(): void {
  if (catching) return;
  catching = true;
  process.on('uncaughtException', (error: unknown) => {
    if (error instanceof SystemExit) process.exit(error.exitCode);
    if (process.listenerCount('uncaughtException') > 1) return;
    writeOut(2, Buffer.from(`Uncaught ${inspect(error)}\n`));
    process.exit(1);
  });
}
