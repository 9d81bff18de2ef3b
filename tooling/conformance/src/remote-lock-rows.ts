import { readFileSync, writeFileSync } from 'node:fs';
import { Random } from '@weft/testkit';
import { expect } from 'vitest';
import { gated } from './gated.ts';
import { takeImpatiently } from './impatient-peers.ts';
import type { LockSuiteOptions } from './lock.ts';
import { countUnderLock, holdBetweenGatesSync, isLocked, lockAndLeave, tryOnce } from './peers.ts';
import type { Define, Elsewhere, Setting } from './suite.ts';

/** Adds the rows of a lock that need another thread or process. */
export function remoteLockRows(
  row: Define,
  { create }: LockSuiteOptions,
  setting: Setting,
  elsewhere: Elsewhere,
): void {
  row('is one lock here and elsewhere [TH-006, TH-022, MP-064, API-6]', async () => {
    const lock = create();
    expect(await elsewhere(tryOnce, lock)).toBe(true);
    expect(await elsewhere(isLocked, lock)).toBe(false);
    await lock.acquire();
    expect(await elsewhere(isLocked, lock)).toBe(true);
    expect(await elsewhere(tryOnce, lock)).toBe(false);
    lock.release();
    expect(await elsewhere(tryOnce, lock)).toBe(true);
  });
  row('lets waiters here and elsewhere in when it is released [MP-071, TH-007]', async () => {
    const lock = create();
    const guard = await lock.acquire();
    const waiting = [elsewhere(lockAndLeave, lock), elsewhere(lockAndLeave, lock)];
    const here = Promise.resolve(lock.acquire()).then((own) => own[Symbol.dispose]());
    guard[Symbol.dispose]();
    await Promise.all([...waiting, here]);
    await lock.acquire();
    expect(lock.locked()).toBe(true);
  });
  if (setting.sync) {
    row(
      'lets the blocked main thread in when it is released elsewhere [TH-007, QU-066]',
      gated(async (makeGate) => {
        const [lock, started, go] = [create(), makeGate(), makeGate()];
        const holder = elsewhere(holdBetweenGatesSync, lock, started.path, go.path);
        await Promise.race([started.pass(), holder]);
        expect(lock.tryAcquire()).toBe(undefined);
        go.open();
        const guard = lock.acquireSync?.({ timeout: 10_000 });
        expect(lock.locked()).toBe(true);
        guard?.[Symbol.dispose]();
        await holder;
        expect(lock.locked()).toBe(false);
      }),
    );
  }
  row(
    'keeps out everyone else, whoever waits asleep or awake, and loses no wake-up [TH-023, MP-072, TH-175]',
    gated(async (makeGate) => {
      const [lock, folder] = [create(), makeGate()];
      const path = `${folder.path}-count`;
      writeFileSync(path, '0');
      const times = Math.max(20, Math.ceil(setting.rounds / 20));
      await Promise.all([
        elsewhere(countUnderLock, lock, path, times, setting.sync),
        elsewhere(countUnderLock, lock, path, times, false),
        countUnderLock(lock, path, times, false),
        countUnderLock(lock, path, times, false),
      ]);
      expect(Number(readFileSync(path, 'utf8'))).toBe(4 * times);
      expect(lock.locked()).toBe(false);
    }),
  );
  row(
    'lets in one at a time and is free in the end when all wait but a moment, here and elsewhere [TH-018, TH-023, API-3]',
    gated(async (makeGate) => {
      const [lock, folder] = [create(), makeGate()];
      const seed = setting.seed ?? Random.freshSeed();
      const rounds = Math.max(20, Math.ceil(setting.rounds / 10));
      try {
        await Promise.all([
          elsewhere(takeImpatiently, lock, `${folder.path}-inside`, seed, rounds, setting.sync),
          elsewhere(takeImpatiently, lock, `${folder.path}-inside`, seed + 1, rounds, false),
          takeImpatiently(lock, `${folder.path}-inside`, seed + 2, rounds, false),
          takeImpatiently(lock, `${folder.path}-inside`, seed + 3, rounds, false),
        ]);
        expect(lock.locked()).toBe(false);
      } catch (cause) {
        throw new Error(`Failed; repeat it with WEFT_SEED=${seed}: ${String(cause)}`, { cause });
      }
    }),
  );
}
