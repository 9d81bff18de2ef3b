import { describe, expect, it } from 'vitest';
import { Patience } from '../src/internal/pool-patience.ts';

/** How a machine answers, in milliseconds: who looks for it, and who sleeps. `pause`: how long passes before each wait. */
interface Machine {
  looked: number;
  slept: number;
  pause?: number;
}

const QUIET: Machine = { looked: 0.02, slept: 0.07 };
const BUSY: Machine = { looked: 0.13, slept: 0.025 };
const AT_REST: Machine = { looked: 10, slept: 10 };

/** Goes through waits on a machine, and answers with the part of them that looked, in the second half. */
function use(patience: Patience, machine: Machine, clock: { now: number }, waits = 4_000): number {
  let looked = 0;
  for (let i = 0; i < waits; i += 1) {
    const looks = patience.begin(clock.now);
    const waited = looks ? machine.looked : machine.slept;
    clock.now += waited;
    patience.end(waited);
    if (looks && i >= waits / 2) looked += 1;
  }
  return looked / (waits / 2);
}

describe('Patience', () => {
  it('looks where that is quicker, sleeps where looking is in the way, and notices when that changes', () => {
    const patience = new Patience();
    const clock = { now: 0 };
    for (const round of [1, 2]) {
      expect(use(patience, QUIET, clock), `quiet, round ${round}`).toBeGreaterThan(0.95);
      expect(use(patience, BUSY, clock), `busy, round ${round}`).toBeLessThan(0.05);
    }
  });

  it('sleeps where nothing comes for long', () => {
    const patience = new Patience();
    const clock = { now: 0 };
    use(patience, QUIET, clock);
    // Long waits leave the time to try each time that there were enough of them.
    expect(use(patience, AT_REST, clock)).toBeLessThan(0.07);
    expect(use(patience, QUIET, clock)).toBeGreaterThan(0.95);
  });

  it('goes on looking although there is a pause now and then', () => {
    const patience = new Patience();
    const clock = { now: 0 };
    use(patience, QUIET, clock);
    let looked = 0;
    for (let i = 0; i < 4_000; i += 1) {
      const looks = patience.begin(clock.now);
      const waited = i % 12 === 0 ? 20 : looks ? QUIET.looked : QUIET.slept;
      clock.now += waited;
      patience.end(waited);
      if (looks) looked += 1;
    }
    expect(looked).toBeGreaterThan(3_000);
  });

  it('does not count a wait as a look that could not look', () => {
    const patience = new Patience();
    const clock = { now: 0 };
    use(patience, QUIET, clock);
    for (let i = 0; i < 100; i += 1) {
      if (patience.begin(clock.now)) patience.giveUp();
      patience.end(0.2);
    }
    expect(patience.begin(clock.now)).toBe(true);
  });
});
