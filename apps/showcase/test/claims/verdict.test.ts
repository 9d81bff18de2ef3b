import { describe, expect, it } from 'vitest';
import { type Threshold, describeThreshold, judge } from '../../dist/claims/verdict.js';

const atLeastTen: Threshold = { metric: 'speedup', unit: '×', atLeast: 10 };
const near = (metric: string, emulated: boolean): Threshold => ({
  metric,
  unit: '×',
  atLeast: 0.8,
  atMost: 1.2,
  emulated,
});
const gil = [near('plain', false), near('gil', true)];

describe('judge', () => {
  it('confirms what the middle half of the samples keeps', () => {
    expect(judge([atLeastTen], { speedup: [9, 11, 12, 13, 12] })).toBe('confirmed');
  });

  it('refutes what the middle half of the samples breaks', () => {
    expect(judge([atLeastTen], { speedup: [11, 3, 3, 4, 4] })).toBe('refuted');
  });

  it('cannot tell from samples on both sides', () => {
    expect(judge([atLeastTen], { speedup: [5, 8, 12, 15] })).toBe('inconclusive');
  });

  it('cannot tell from nothing', () => {
    expect(judge([atLeastTen], {})).toBe('inconclusive');
    expect(judge([atLeastTen], { speedup: [] })).toBe('inconclusive');
  });

  it('takes a value at the threshold as kept', () => {
    expect(judge([atLeastTen], { speedup: [10] })).toBe('confirmed');
    expect(judge([{ metric: 'delay', unit: 'ms', atMost: 30 }], { delay: [30] })).toBe('confirmed');
  });

  it('refutes a claim of which one half fails', () => {
    const both = [atLeastTen, { metric: 'delay', unit: 'ms', atMost: 30 }];
    expect(judge(both, { speedup: [20], delay: [31] })).toBe('refuted');
    expect(judge(both, { speedup: [20], delay: [29] })).toBe('confirmed');
  });

  it('says when a claim holds only with an emulated GIL', () => {
    expect(judge(gil, { plain: [1.9], gil: [1] })).toBe('confirmed only with an emulated GIL');
  });

  it('needs no emulation for what holds without it', () => {
    expect(judge(gil, { plain: [1], gil: [1.9] })).toBe('confirmed');
  });

  it('refutes what not even an emulated GIL makes true', () => {
    expect(judge(gil, { plain: [1.9], gil: [1.9] })).toBe('refuted');
  });

  it('cannot tell if the emulation was too noisy', () => {
    expect(judge(gil, { plain: [1.9], gil: [0.7, 1, 1.3, 1.5] })).toBe('inconclusive');
  });
});

describe('describeThreshold', () => {
  it('says what is asked for, and under which rules', () => {
    expect(describeThreshold(atLeastTen)).toBe('speedup: at least 10 ×');
    expect(describeThreshold({ metric: 'gap', unit: 'ms', atMost: 50 })).toBe('gap: at most 50 ms');
    expect(describeThreshold(near('speedup', true))).toBe('speedup (emulated GIL): 0.8 to 1.2 ×');
  });
});
