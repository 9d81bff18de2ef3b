import { inspect } from 'node:util';

/**
 * Checks what a client gives for several items.
 *
 * @throws {TypeError} If it is not iterable.
 */
export function itemsOf<T>(given: Iterable<T>): Iterable<T> {
  const isIterable =
    typeof given === 'string' || (typeof given === 'object' && given !== null && Symbol.iterator in given);
  if (!isIterable) throw new TypeError(`Cannot take items of ${inspect(given, { depth: 0 })}: it must be iterable`);
  return given;
}
