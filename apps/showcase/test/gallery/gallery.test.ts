import { describe, expect, it } from 'vitest';
import { exhibit } from '../../dist/gallery/exhibit.js';
import { failures } from '../../dist/gallery/failure.js';

/** What the program that goes wrong prints, whether it hangs, and what the other one prints. */
const outcomes: Record<string, { broken: RegExp; hangs: boolean; fixed: RegExp }> = {
  'lost-update': { broken: /^1 \+ 1 = 1$/, hangs: false, fixed: /^1 \+ 1 = 2$/ },
  deadlock: { broken: /^$/, hangs: true, fixed: /^has both\nhas both$/ },
  'blocked-loop': { broken: /^beat 1\nread\nbeat 2\n/, hangs: false, fixed: /^beat 1\nbeat 2\nbeat 3\n/ },
  'killed-worker': {
    broken: /^1\n4\n[^]*BrokenProcessPoolError/,
    hangs: false,
    fixed: /^1\n4\n3 ended its worker\n16$/,
  },
  'uncrossable-value': { broken: /TransferError: Cannot send args\[0\]\.onDone/, hangs: false, fixed: /^6$/ },
  'undrained-queue': { broken: /^$/, hangs: true, fixed: /^1\n2\n3\n4\n5$/ },
  'daemon-cut-off': { broken: /^saving …\nbye$/, hangs: false, fixed: /^saving …\nsaved\nbye$/ },
};

describe('the failure gallery', () => {
  it('has an outcome for each failure', () => {
    expect(failures.map(({ id }) => id).toSorted()).toEqual(Object.keys(outcomes).toSorted());
  });

  it.each(failures.map((failure) => [failure.id, failure] as const))(
    'makes it happen, and not happen: %s',
    async (id, failure) => {
      const { broken, fixed } = await exhibit(failure);
      const expected = outcomes[id];
      expect(broken.hung).toBe(expected?.hangs);
      expect(broken.output).toMatch(expected?.broken ?? /never/);
      expect(fixed.output).toMatch(expected?.fixed ?? /never/);
      expect({ hung: fixed.hung, exitCode: fixed.exitCode }).toEqual({ hung: false, exitCode: 0 });
      for (const { source, timeline } of [broken, fixed]) {
        expect(source).toContain('isMain(import.meta)');
        expect(timeline.lanes.length).toBeGreaterThan(1);
      }
      expect(broken.output + fixed.output).not.toMatch(/\/(?:home|root|work|tmp|dist)\//);
    },
  );
});
