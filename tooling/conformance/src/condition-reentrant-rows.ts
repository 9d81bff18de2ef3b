import { expect } from 'vitest';
import type { ConditionSuiteOptions } from './condition.ts';
import { MISUSE, failureSync } from './failure.ts';
import type { LockLike } from './lock.ts';
import type { Define, Setting } from './suite.ts';

/** Adds the rows about a condition whose own lock is reentrant. */
export function reentrantRows<L extends LockLike>(
  row: Define,
  { create }: ConditionSuiteOptions<L>,
  setting: Setting,
): void {
  row('has an RLock of its own: its owner may take it again [TH-045]', async () => {
    const condition = create();
    await condition.acquire();
    await condition.acquire();
    expect(condition.tryAcquire()).not.toBe(undefined);
    for (const _ of [1, 2, 3]) condition.release();
    expect(condition.locked()).toBe(false);
    failureSync(() => condition.release(), ...MISUSE);
  });
  row(
    'frees a lock that was taken several times while it waits, and takes it as often afterwards [TH-053]',
    async () => {
      const condition = create();
      for (const _ of [1, 2, 3]) await condition.acquire();
      const waiting = condition.wait();
      expect(condition.locked()).toBe(false);
      await setting.start(async () => condition.with(() => condition.notify()));
      expect(await waiting).toBe(true);
      for (const _ of [1, 2, 3]) condition.release();
      expect(condition.locked()).toBe(false);
      failureSync(() => condition.release(), ...MISUSE);
    },
  );
}
