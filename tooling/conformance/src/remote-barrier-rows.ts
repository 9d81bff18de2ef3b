import { until } from '@weft/testkit';
import { expect } from 'vitest';
import type { BarrierLike, BarrierSuiteOptions } from './barrier.ts';
import { passBarrier, passBarrierSync } from './peers.ts';
import type { Define, Elsewhere, Setting } from './suite.ts';

/** Adds the rows of a barrier that need another thread or process. */
export function remoteBarrierRows(
  row: Define,
  { create }: BarrierSuiteOptions,
  setting: Setting,
  elsewhere: Elsewhere,
): void {
  row(
    'lets parties here and elsewhere pass in step, each with another index [MP-087, MP-088, TH-078, TH-079, API-6]',
    async () => {
      const barrier: BarrierLike = create(3);
      const rounds = 20;
      const parties = await Promise.all([
        elsewhere(passBarrier, barrier, rounds),
        elsewhere(passBarrier, barrier, rounds),
        passBarrier(barrier, rounds),
      ]);
      for (let round = 0; round < rounds; round += 1) {
        expect(parties.map((indices) => indices[round]).toSorted()).toEqual([0, 1, 2]);
      }
    },
  );
  row('breaks for parties elsewhere when it is aborted here [MP-090, TH-082]', async () => {
    const barrier: BarrierLike = create(3);
    const parties = [elsewhere(passBarrier, barrier, 1), elsewhere(passBarrier, barrier, 1)];
    await Promise.race([until(() => barrier.nWaiting === 2, 'two wait'), Promise.all(parties)]);
    await barrier.abort();
    expect(await Promise.all(parties)).toEqual([['BrokenBarrierError'], ['BrokenBarrierError']]);
    expect(await elsewhere(passBarrier, barrier, 1)).toEqual(['BrokenBarrierError']);
    await barrier.reset();
    const again = await Promise.all([
      elsewhere(passBarrier, barrier, 1),
      elsewhere(passBarrier, barrier, 1),
      passBarrier(barrier, 1),
    ]);
    expect(again.flat().toSorted()).toEqual([0, 1, 2]);
  });
  if (setting.sync) {
    row('lets parties pass whose threads are blocked [API-2, MP-087]', async () => {
      const barrier: BarrierLike = create(2);
      const other = elsewhere(passBarrierSync, barrier);
      expect([await barrier.wait(), await other].toSorted()).toEqual([0, 1]);
      const again = elsewhere(passBarrierSync, barrier);
      await Promise.race([until(() => barrier.nWaiting === 1, 'one waits'), again]);
      expect([barrier.waitSync?.({ timeout: 10_000 }), await again].toSorted()).toEqual([0, 1]);
    });
  }
}
