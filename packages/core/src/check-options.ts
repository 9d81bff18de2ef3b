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

/**
 * Checks that what should be options is an object: a key, a function or a number in its place would be ignored.
 *
 * @param action What they are for, as an infinitive.
 * @throws {TypeError} If it is none.
 */
export function checkOptions(action: string, options: object): void {
  if (typeof options === 'object' && options !== null && !isList(options)) return;
  throw new TypeError(`Cannot ${action} with ${inspect(options, { depth: 0 })}: options must be an object`);
}

// A Proxy that was revoked throws whatever one asks it: it cannot be used either.
function isList(options: object): boolean {
  try {
    return Array.isArray(options);
  } catch {
    return true;
  }
}
