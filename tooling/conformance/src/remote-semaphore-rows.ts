import { Random, flush } from '@weft/testkit';
import { expect } from 'vitest';
import { gated } from './gated.ts';
import { takePermitsImpatiently } from './impatient-peers.ts';
import { releaseAfterGateSync, takePermit, takePermits } from './peers.ts';
import type { SemaphoreSuiteOptions } from './semaphore.ts';
import type { Define, Elsewhere, Setting } from './suite.ts';

/** Adds the rows of a semaphore that need another thread or process. */
export function remoteSemaphoreRows(
  row: Define,
  { create }: SemaphoreSuiteOptions,
  setting: Setting,
  elsewhere: Elsewhere,
): void {
  row('hands out its permits once, here and elsewhere [TH-066, TH-072, API-6]', async () => {
    const semaphore = create(5);
    const taken = await Promise.all([
      elsewhere(takePermits, semaphore, 3),
      elsewhere(takePermits, semaphore, 3),
      elsewhere(takePermits, semaphore, 3),
    ]);
    expect(taken.reduce((sum, permits) => sum + permits, 0)).toBe(5);
    expect(semaphore.tryAcquire()).toBe(undefined);
    semaphore.release(2);
    expect(await elsewhere(takePermits, semaphore, 3)).toBe(2);
  });
  row('wakes those who wait elsewhere [TH-007, TH-068]', async () => {
    const semaphore = create(2);
    await semaphore.acquire();
    await semaphore.acquire();
    const waiting = [elsewhere(takePermit, semaphore), elsewhere(takePermit, semaphore)];
    await flush();
    semaphore.release();
    await Promise.race(waiting);
    semaphore.release();
    await Promise.all(waiting);
    expect(semaphore.tryAcquire()).toBe(undefined);
  });
  if (setting.sync) {
    row(
      'gives the blocked main thread a permit that is released elsewhere [TH-062, QU-066]',
      gated(async (makeGate) => {
        const [semaphore, started, go] = [create(1), makeGate(), makeGate()];
        await semaphore.acquire();
        const releasing = elsewhere(releaseAfterGateSync, semaphore, started.path, go.path);
        await Promise.race([started.pass(), releasing]);
        go.open();
        semaphore.acquireSync?.({ timeout: 10_000 });
        await releasing;
        expect(semaphore.tryAcquire()).toBe(undefined);
      }),
    );
  }
  row('has all its permits in the end when all wait but a moment, here and elsewhere [TH-072, API-3]', async () => {
    const semaphore = create(2);
    const seed = setting.seed ?? Random.freshSeed();
    const rounds = Math.max(20, Math.ceil(setting.rounds / 10));
    try {
      await Promise.all([
        elsewhere(takePermitsImpatiently, semaphore, seed, rounds, setting.sync),
        elsewhere(takePermitsImpatiently, semaphore, seed + 1, rounds, false),
        takePermitsImpatiently(semaphore, seed + 2, rounds, false),
        takePermitsImpatiently(semaphore, seed + 3, rounds, false),
      ]);
      expect(takePermits(semaphore, 10)).toBe(2);
    } catch (cause) {
      throw new Error(`Failed; repeat it with WEFT_SEED=${seed}: ${String(cause)}`, { cause });
    }
  });
}
