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
