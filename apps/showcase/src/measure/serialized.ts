import { serialize } from 'node:v8';

/**
 * How many bytes values have once they are written down to cross to another thread or process, in V8's own format.
 *
 * The libraries send small values in shorter forms; the number says what the values are worth, whichever way they take.
 */
export function serializedBytes(...values: unknown[]): number {
  return values.reduce<number>((total, value) => total + serialize(value).byteLength, 0);
}
