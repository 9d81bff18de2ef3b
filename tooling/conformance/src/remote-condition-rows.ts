import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import type { ConditionLike } from './condition.ts';
import { gated } from './gated.ts';
import { notifyAfterGate, waitForState, waitOnCondition, waitOnConditionSync } from './peers.ts';
import type { Define, Elsewhere, Setting } from './suite.ts';

/** Adds the rows of a condition that need another thread or process. */
export function remoteConditionRows(
  row: Define,
  create: () => ConditionLike,
  setting: Setting,
  elsewhere: Elsewhere,
): void {
  row(
    'wakes those who wait here and elsewhere, as many as notify says [MP-077, MP-078, MP-079, API-6]',
    gated(async (makeGate) => {
      const [condition, first, second] = [create(), makeGate(), makeGate()];
      let woken = 0;
      const count = (notified: boolean): void => {
        expect(notified).toBe(true);
        woken += 1;
      };
      const waits = [
        elsewhere(waitOnCondition, condition, first.path).then(count),
        elsewhere(waitOnCondition, condition, second.path).then(count),
        (async () => condition.with(async () => count(await condition.wait())))(),
      ];
      await Promise.race([Promise.all([first.pass(), second.pass()]), ...waits]);
      await condition.with(() => condition.notify(2));
      await Promise.race([
        Promise.all(waits.slice(0, 2)),
        Promise.all(waits.slice(1)),
        Promise.all([waits[0], waits[2]]),
      ]);
      expect(woken).toBe(2);
      await condition.with(() => condition.notifyAll());
      await Promise.all(waits);
      expect(woken).toBe(3);
      expect(condition.locked()).toBe(false);
    }),
  );
  row(
    'asks a predicate elsewhere on each wake [MP-081, TH-054]',
    gated(async (makeGate) => {
      const [condition, folder] = [create(), makeGate()];
      const path = `${folder.path}-state`;
      writeFileSync(path, '');
      let over = false;
      const waiting = elsewhere(waitForState, condition, path).then((state) => {
        over = true;
        return state;
      });
      await condition.with(() => condition.notifyAll());
      await condition.with(() => writeFileSync(path, 'ready'));
      // Whether it waits already is not known here: notify until it has seen the state.
      while (!over) {
        await condition.with(() => condition.notify());
        await new Promise((resolve) => setImmediate(resolve));
      }
      expect(await waiting).toBe('ready');
    }),
  );
  if (setting.sync) {
    row(
      'wakes a thread that blocks elsewhere, and the main thread that blocks here [MP-077, TH-039]',
      gated(async (makeGate) => {
        const [condition, waits, started, go] = [create(), makeGate(), makeGate(), makeGate()];
        const blocking = elsewhere(waitOnConditionSync, condition, waits.path);
        await Promise.race([waits.pass(), blocking]);
        await condition.with(() => condition.notify());
        expect(await blocking).toBe(true);
        const notifying = elsewhere(notifyAfterGate, condition, 1, started.path, go.path);
        await Promise.race([started.pass(), notifying]);
        const guard = condition.acquireSync?.();
        go.open();
        expect(condition.waitSync?.({ timeout: 10_000 })).toBe(true);
        expect(condition.locked()).toBe(true);
        guard?.[Symbol.dispose]();
        await notifying;
      }),
    );
  }
}
