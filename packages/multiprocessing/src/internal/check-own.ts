import { inspect } from 'node:util';

/**
 * Checks what only this package gives to a constructor: anything else would be kept, and fail much later.
 *
 * @param what What is made.
 * @throws {TypeError} If a user gave something.
 */
export function checkOwn(what: string, given: unknown, type: abstract new (...args: never) => unknown): void {
  if (given instanceof type) return;
  throw new TypeError(`Cannot make ${what} with ${inspect(given, { depth: 0 })}: it takes no such argument`);
}
