import { flush } from '@weft/testkit';
import { expect } from 'vitest';
import type { ConditionLike } from './condition.ts';
import { failure } from './failure.ts';
import type { Define } from './suite.ts';

/** Adds the rows about waiting for a predicate. */
export function waitForRows(row: Define, create: () => ConditionLike): void {
  row('waitFor asks its predicate on each wake, and answers what that said last [TH-054, MP-081]', async () => {
    const condition = create();
    let state = 0;
    const asked: number[] = [];
    await condition.acquire();
    const waiting = condition.waitFor(() => {
      asked.push(state);
      return state === 4 && `state ${state}`;
    });
    while (state < 4) {
      await condition.with(() => {
        state += 1;
        condition.notify();
      });
      await flush();
    }
    expect(await waiting).toBe('state 4');
    expect(asked[0]).toBe(0);
    expect(asked.at(-1)).toBe(4);
    expect(condition.locked()).toBe(true);
  });
  row('waitFor has one deadline for all its wakes, and answers what counted as false [TH-055]', async () => {
    const condition = create();
    const start = performance.now();
    await condition.acquire();
    let over = false;
    const waiting = Promise.resolve(condition.waitFor(() => 0, { timeout: 300 })).finally(() => {
      over = true;
    });
    await flush();
    while (!over) {
      const guard = condition.tryAcquire();
      if (guard && !over) condition.notify();
      guard?.[Symbol.dispose]();
      await flush(1);
      if (performance.now() - start > 5_000) throw new Error('Each wake gave the wait new time');
    }
    expect(await waiting).toBe(0);
    expect(performance.now() - start).toBeGreaterThanOrEqual(299);
    expect(condition.locked()).toBe(true);
  });
  row('waitFor does not wait when its predicate is true already [TH-056]', async () => {
    const condition = create();
    await condition.acquire();
    expect(await condition.waitFor(() => 'ready', { timeout: 0 })).toBe('ready');
    expect(condition.locked()).toBe(true);
  });
  row('waitFor passes on what its predicate throws, with the lock held [TH-054]', async () => {
    const condition = create();
    await condition.acquire();
    const error = new Error('no predicate');
    expect(
      await failure(() =>
        condition.waitFor(() => {
          throw error;
        }),
      ),
    ).toBe(error);
    expect(condition.locked()).toBe(true);
  });
}
