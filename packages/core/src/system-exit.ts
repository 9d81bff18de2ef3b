import { inspect } from 'node:util';
import { SystemExit } from './errors.ts';

/**
 * Makes what is thrown to end a thread or a process, as Python's `sys.exit` takes its argument.
 *
 * @param status A whole number is the exit code. `undefined`, `null` and `false` are 0, `true` is 1. Anything else is 1,
 *   and is the `cause`, for the end of the program to print.
 */
export function systemExit(status: unknown): SystemExit {
  if (status === undefined || status === null) return new SystemExit(0);
  if (typeof status === 'boolean') return new SystemExit(Number(status));
  if (typeof status === 'number' && Number.isInteger(status)) return new SystemExit(status & 0xff);
  return Object.assign(new SystemExit(1), { cause: status });
}

let catching = false;

/**
 * Has a {@link SystemExit} that nobody catches end the program with its status, in the main thread of the main process.
 *
 * What else ends the main thread goes through here from then on, since Node knows no error that is none.
 *
 * @param print Prints to standard error, at once.
 */
export function endBySystemExit(print: (text: string) => void): void {
  if (catching) return;
  catching = true;
  process.on('uncaughtException', (error: unknown) => {
    if (error instanceof SystemExit) {
      const { cause } = error;
      if (cause !== undefined) print(`${typeof cause === 'string' ? cause : inspect(cause)}\n`);
      process.exit(error.exitCode);
    }
    if (process.listenerCount('uncaughtException') > 1) return;
    print(`Uncaught ${inspect(error)}\n`);
    process.exit(1);
  });
}
