import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MAX_TIMER_DELAY, checkTimeout, startTimer } from '@weft/core/lowlevel';

describe('checkTimeout', () => {
  it.each([
    [undefined, Infinity],
    [Infinity, Infinity],
    [0, 0],
    [2.5, 2.5],
    [2 ** 40, 2 ** 40],
  ])('takes %s as %s', (given, meant) => {
    expect(checkTimeout(given)).toBe(meant);
  });

  it.each([-1, -Infinity, Number.NaN])('refuses %s', (given) => {
    expect(() => checkTimeout(given)).toThrow(RangeError);
    expect(() => checkTimeout(given, 'delay')).toThrow(`Cannot use delay = ${given}`);
  });

  it('refuses what is no number', () => {
    expect(() => checkTimeout('5' as never)).toThrow(TypeError);
  });
});

describe('startTimer', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('fires once, when its time has come', () => {
    const fired = vi.fn();
    startTimer(fired, 30);
    vi.advanceTimersByTime(29);
    expect(fired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    vi.advanceTimersByTime(1_000);
    expect(fired).toHaveBeenCalledOnce();
  });

  it('waits longer than a Node timer can', () => {
    const fired = vi.fn();
    startTimer(fired, MAX_TIMER_DELAY + 10);
    vi.advanceTimersByTime(MAX_TIMER_DELAY);
    expect(fired).not.toHaveBeenCalled();
    vi.advanceTimersByTime(10);
    expect(fired).toHaveBeenCalledOnce();
  });

  it('never fires after it was stopped, nor after Infinity', () => {
    const fired = vi.fn();
    startTimer(fired, 10)();
    startTimer(fired, Infinity)();
    vi.advanceTimersByTime(MAX_TIMER_DELAY);
    expect(fired).not.toHaveBeenCalled();
    expect(vi.getTimerCount()).toBe(0);
  });
});
