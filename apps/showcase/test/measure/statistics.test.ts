import { describe, expect, it } from 'vitest';
import { median, summarize } from '../../dist/measure/statistics.js';

describe('summarize', () => {
  it('finds the median and the middle half, and keeps the samples in their order', () => {
    expect(summarize([4, 1, 3, 2, 5])).toEqual({ median: 3, q1: 2, q3: 4, samples: [4, 1, 3, 2, 5] });
  });

  it('interpolates between two values', () => {
    expect(summarize([1, 2, 3, 4])).toMatchObject({ median: 2.5, q1: 1.75, q3: 3.25 });
  });

  it('takes a single value', () => {
    expect(summarize([7])).toEqual({ median: 7, q1: 7, q3: 7, samples: [7] });
    expect(median([7])).toBe(7);
  });

  it('refuses to sum up nothing', () => {
    expect(() => summarize([])).toThrow(RangeError);
  });
});
