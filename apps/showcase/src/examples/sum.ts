/** Above this a Number may lose units, so what was added up so far moves into a BigInt. */
const CARRY_AT = 2 ** 52;

/**
 * Counts up from 0, as Python's `range` does.
 *
 * @param n How many numbers there are.
 */
export function* range(n: number): Generator<number, void, undefined> {
  for (let i = 0; i < n; i++) yield i;
}

/**
 * Adds up exactly, as Python's `sum` over a generator expression does, whatever the size of the sum.
 *
 * Numbers are added as Numbers, which is fast, and carried into a BigInt before they would be rounded.
 *
 * @param items What to go through.
 * @param term What to add for each item: a whole number below 2⁵².
 * @returns The exact sum.
 * @throws {RangeError} If a term is not a whole number, or too large to be added exactly.
 * @see https://docs.python.org/3/library/functions.html#sum
 * @example
 * sum(range(1_000_000), (i) => i * i); // 333332833333500000n
 */
export function sum<T>(items: Iterable<T>, term: (item: T) => number): bigint {
  let carried = 0n;
  let rest = 0;
  for (const item of items) {
    const value = term(item);
    if (!Number.isInteger(value) || Math.abs(value) >= CARRY_AT) throw new RangeError(`Cannot add ${value} exactly`);
    rest += value;
    if (Math.abs(rest) >= CARRY_AT) {
      carried += BigInt(rest);
      rest = 0;
    }
  }
  return carried + BigInt(rest);
}
