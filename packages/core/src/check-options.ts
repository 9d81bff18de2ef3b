import { inspect } from 'node:util';

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
