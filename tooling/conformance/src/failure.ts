import { capped } from '@weft/testkit';

/**
 * What an attempt fails with, whether it throws at once or rejects later.
 *
 * Errors are told by their names, so that the suites depend on no package that they test.
 *
 * @param attempt Must fail.
 * @param names The names that are right; none, any error.
 * @throws {Error} If it succeeds, or fails with another error.
 */
export async function failure(attempt: () => unknown, ...names: string[]): Promise<Error> {
  const settled = (async () => attempt())().then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  // Below the limit of a test, so that the report says what was waited for.
  const end = await capped(settled, `it fails with ${names.join(' or ') || 'an error'}`, 20_000);
  if ('error' in end) return named(end.error, names);
  throw new Error(`Expected ${names.join(' or ') || 'a failure'}, got the value ${String(end.value)}`);
}

/** What an attempt throws, at once. */
export function failureSync(attempt: () => unknown, ...names: string[]): Error {
  let value: unknown;
  try {
    value = attempt();
  } catch (error) {
    return named(error, names);
  }
  throw new Error(`Expected ${names.join(' or ') || 'a failure'} at once, got the value ${String(value)}`);
}

/** The names of the errors for using something in the wrong state: the second is a kind of the first. */
export const MISUSE: readonly string[] = ['InvalidStateError', 'NotOwnerError'];

function named(error: unknown, names: readonly string[]): Error {
  const name = error instanceof Error ? error.name : `the thrown value ${String(error)}`;
  if (names.length === 0 || names.includes(name)) return error as Error;
  throw new Error(`Expected ${names.join(' or ')}, got ${name}`, { cause: error });
}
