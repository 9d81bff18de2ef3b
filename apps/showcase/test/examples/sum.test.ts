import { describe, expect, it } from 'vitest';
import { range, sum } from '../../dist/examples/sum.js';

describe('sum', () => {
  it('is exact where Numbers are not', () => {
    expect(sum(range(1_000_000), (i) => i * i)).toBe(333332833333500000n);
    expect(sum(range(100_000), (i) => i * i)).toBe(333328333350000n);
  });

  it('agrees with BigInts for any terms', () => {
    const terms = [2 ** 52 - 1, -(2 ** 52) + 1, 2 ** 51 + 1, 2 ** 52 - 1, 1, 2 ** 52 - 1, -7];
    expect(sum(terms, (term) => term)).toBe(terms.reduce((total, term) => total + BigInt(term), 0n));
  });

  it('is 0 of nothing', () => {
    expect(sum([], () => 1)).toBe(0n);
  });

  it.each([0.5, 2 ** 52, Number.NaN, Infinity])('refuses to add %d', (term) => {
    expect(() => sum([term], (value) => value)).toThrow(new RangeError(`Cannot add ${term} exactly`));
  });
});

describe('range', () => {
  it('counts up from 0', () => {
    expect([...range(3)]).toEqual([0, 1, 2]);
    expect([...range(0)]).toEqual([]);
  });
});
