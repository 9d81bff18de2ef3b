import { describe, expect, it } from 'vitest';
import { bytes, factor, milliseconds, significant } from '../../dist/terminal/numbers.js';

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [0.0004, '0'],
    [0.01234, '0.012'],
    [1.005, '1'],
    [12.34, '12.3'],
    [123.4, '123'],
    [1234.5, '1235'],
    [12_781.4, '12,781'],
    [100, '100'],
    [Number.NaN, '–'],
  ])('keeps three digits, and no zeros behind them: %d', (value, text) => {
    expect(significant(value)).toBe(text);
  });

  it('writes units', () => {
    expect(milliseconds(1.5)).toBe('1.5 ms');
    expect(factor(17.25)).toBe('17.3×');
    expect([undefined, 12, 2048, 5 * 1024 ** 2, 24 * 1024 ** 3].map(bytes)).toEqual([
      '–',
      '12 B',
      '2 KB',
      '5 MB',
      '24 GB',
    ]);
  });
});
