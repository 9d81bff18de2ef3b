import { describe, expect, it } from 'vitest';
import { Patience } from '../src/internal/pool-patience.ts';

/** How long a call takes, in milliseconds, if both sides look for what comes, and if they sleep. */
interface Machine {
  looking: number;
  sleeping: number;
}

const IDLE: Machine = { looking: 0.01, sleeping: 0.1 };
const BUSY: Machine = { looking: 0.2, sleeping: 0.02 };
const MANY = 200_000;

/** Makes calls one after the other, and tells for how many of them both sides looked. */
function makeCalls(patience: Patience, count: number, { looking, sleeping }: Machine, gap = 0.001): number {
  let looked = 0;
  for (let call = 0; call < count; call += 1) {
    const looks = patience.sent(1, now) > 0;
    if (looks) looked += 1;
    now += looks ? looking : sleeping;
    patience.answered(now);
    now += gap;
  }
  return looked;
}

let now = 1;

describe('a pool whose calls come one by one', () => {
  it('looks for the answers where that is faster than to sleep', () => {
    const patience = new Patience(2);
    makeCalls(patience, MANY, IDLE);
    expect(makeCalls(patience, MANY, IDLE)).toBeGreaterThan(MANY * 0.99);
  });

  it('sleeps where looking is slower, or hardly faster', () => {
    for (const machine of [BUSY, { looking: 0.018, sleeping: 0.02 }]) {
      const patience = new Patience(2);
      makeCalls(patience, MANY, machine);
      expect(makeCalls(patience, MANY, machine)).toBeLessThan(MANY * 0.01);
    }
  });

  it('changes its mind when the machine does', () => {
    const patience = new Patience(2);
    for (let change = 0; change < 3; change += 1) {
      makeCalls(patience, MANY, IDLE);
      expect(makeCalls(patience, 100, IDLE)).toBeGreaterThan(90);
      makeCalls(patience, MANY, BUSY);
      expect(makeCalls(patience, 100, BUSY)).toBeLessThan(10);
    }
  });

  it('sleeps if there is but one processor', () => {
    expect(makeCalls(new Patience(1), MANY, IDLE)).toBe(0);
  });

  it('sleeps between calls that do not follow each other at once', () => {
    expect(makeCalls(new Patience(2), MANY, IDLE, 1)).toBe(0);
  });

  it('sleeps while several calls are under way', () => {
    const patience = new Patience(2);
    makeCalls(patience, MANY, IDLE);
    expect(patience.sent(1, now)).toBeGreaterThan(0);
    expect(patience.sent(2, now)).toBe(0);
  });
});
