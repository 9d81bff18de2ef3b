import { inspect } from 'node:util';
import { flush, until } from '@weft/testkit';
import { expect } from 'vitest';
import { failure, failureSync } from './failure.ts';
import { remoteBarrierRows } from './remote-barrier-rows.ts';
import { type Define, type Row, type Setting, type SuiteOptions, collectRows, defineSuite } from './suite.ts';
import type { WaitOptions } from './wait-options.ts';
import { waitingRows } from './waiting-rows.ts';

/** What the suite asks of a barrier. */
export interface BarrierLike {
  readonly parties: number;
  readonly nWaiting: number;
  readonly broken: boolean;
  wait(options?: WaitOptions): PromiseLike<number>;
  waitSync?(options?: { timeout?: number }): number;
  reset(): unknown;
  abort(): unknown;
}

/** How to make what the suite is about. */
export interface BarrierSuiteOptions extends SuiteOptions {
  create(parties: number, options?: { action?: () => unknown; timeout?: number }): BarrierLike;
  /** Whether the action may be a closure, because it runs in the thread that made the barrier; `true` if left out. */
  actions?: boolean | undefined;
}

/** Checks that a barrier behaves as `Barrier` of threading, multiprocessing or asyncio does. */
export function barrierConformance(name: string, options: BarrierSuiteOptions): void {
  defineSuite(name, barrierRows(options));
}

/** The rows of {@link barrierConformance}. */
export function barrierRows(options: BarrierSuiteOptions): Row[] {
  return collectRows(options, (row, setting) => {
    passingRows(row, options, setting);
    breakingRows(row, options, setting);
    if (options.actions ?? true) actionRows(row, options, setting);
    if (setting.elsewhere) remoteBarrierRows(row, options, setting, setting.elsewhere);
    waitingRows(row, setting, {
      verb: 'wait',
      timesOut: 'BrokenBarrierError',
      ids: { timeout: 'TH-085, MP-091', signal: 'AS-160', cancel: 'AS-160' },
      begin: () => {
        const barrier = options.create(2);
        return {
          // A wait that ran out of time has broken the barrier for everyone, as it must.
          wait: async (limits) => {
            if (barrier.broken) await barrier.reset();
            return barrier.wait(limits);
          },
          waitSync:
            barrier.waitSync &&
            ((limits) => {
              if (barrier.broken) barrier.reset();
              return barrier.waitSync?.(limits);
            }),
          grant: () => barrier.wait(),
        };
      },
    });
  });
}

/** Lets `count` come to the barrier, and waits until they wait. */
async function arrive(
  barrier: BarrierLike,
  count: number,
  setting: Setting,
  options?: WaitOptions,
): Promise<PromiseLike<number>[]> {
  const before = barrier.nWaiting;
  const waits = Array.from({ length: count }, () => setting.start(async () => barrier.wait(options)));
  for (const wait of waits) Promise.resolve(wait).catch(() => {});
  await until(() => barrier.nWaiting === before + count, `${count} more wait at the barrier`);
  return waits;
}

function passingRows(row: Define, { create }: BarrierSuiteOptions, setting: Setting): void {
  row('refuses parties below one [AS-153]', () => {
    for (const parties of [0, -1]) failureSync(() => create(parties), 'RangeError');
  });
  row('never blocks a party of one [TH-087, AS-154, MP-092]', async () => {
    const barrier = create(1);
    for (const _ of [1, 2]) expect(await barrier.wait({ timeout: 0 })).toBe(0);
    if (setting.sync) expect(barrier.waitSync?.()).toBe(0);
    expect(barrier.broken).toBe(false);
  });
  row('counts those who wait, and none when all have come [TH-089, AS-155]', async () => {
    const barrier = create(3);
    expect([barrier.parties, barrier.nWaiting, barrier.broken]).toEqual([3, 0, false]);
    const one = await arrive(barrier, 1, setting);
    const two = await arrive(barrier, 1, setting);
    expect(barrier.nWaiting).toBe(2);
    await barrier.wait();
    await Promise.all([...one, ...two]);
    expect(barrier.nWaiting).toBe(0);
  });
  row('gives each party another index from 0 on [TH-079, AS-157, MP-088]', async () => {
    const barrier = create(5);
    const indices = await Promise.all(Array.from({ length: 5 }, () => setting.start(async () => barrier.wait())));
    expect(indices.toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4]);
  });
  row('lets all parties pass in step, round after round [TH-078, AS-159, MP-087]', async () => {
    const barrier = create(5);
    const passed = [0, 0, 0, 0, 0];
    await Promise.all(
      passed.map((_, party) =>
        setting.start(async () => {
          for (let round = 0; round < 10; round += 1) {
            await barrier.wait();
            passed[party] = round + 1;
            for (const other of passed)
              if (Math.abs(other - round) > 1) throw new Error(`Out of step: ${passed.join()}`);
            await barrier.wait();
          }
        }),
      ),
    );
    expect(passed).toEqual([10, 10, 10, 10, 10]);
    expect(barrier.nWaiting).toBe(0);
  });
  row('names its class and its state when it is printed [TH-088, API-7]', async () => {
    const barrier = create(3);
    expect(inspect(barrier)).toMatch(/Barrier.*0.*3/s);
    const waits = await arrive(barrier, 2, setting);
    expect(inspect(barrier)).toMatch(/Barrier.*2.*3/s);
    await barrier.abort();
    expect(inspect(barrier)).toMatch(/Barrier.*broken/s);
    for (const wait of waits) await failure(() => wait, 'BrokenBarrierError');
  });
}

function breakingRows(row: Define, { create }: BarrierSuiteOptions, setting: Setting): void {
  row('breaks for those who wait and for all who come, when it is aborted [TH-082, AS-163, MP-090]', async () => {
    const barrier = create(5);
    const waits = await arrive(barrier, 4, setting);
    await barrier.abort();
    expect(barrier.broken).toBe(true);
    for (const wait of waits) await failure(() => wait, 'BrokenBarrierError');
    await failure(() => barrier.wait(), 'BrokenBarrierError');
    await failure(() => barrier.wait({ timeout: 0 }), 'BrokenBarrierError');
    if (setting.sync) failureSync(() => barrier.waitSync?.(), 'BrokenBarrierError');
    expect(barrier.nWaiting).toBe(0);
  });
  row('sends those who wait away when it is reset, and works again [AS-161, MP-090]', async () => {
    const barrier = create(3);
    const waits = await arrive(barrier, 2, setting);
    await barrier.reset();
    for (const wait of waits) await failure(() => wait, 'BrokenBarrierError');
    expect([barrier.broken, barrier.nWaiting]).toEqual([false, 0]);
    const again = await Promise.all(Array.from({ length: 3 }, () => setting.start(async () => barrier.wait())));
    expect(again.toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
  });
  row('stays as it is when it is reset while nobody waits [AS-161]', async () => {
    const barrier = create(2);
    await barrier.reset();
    expect([barrier.broken, barrier.nWaiting]).toEqual([false, 0]);
    await Promise.all([barrier.wait(), barrier.wait()]);
  });
  row('works again after an abort and a reset [TH-084, AS-164, MP-090]', async () => {
    const barrier = create(3);
    const waits = await arrive(barrier, 2, setting);
    await barrier.abort();
    for (const wait of waits) await failure(() => wait, 'BrokenBarrierError');
    await barrier.reset();
    expect(barrier.broken).toBe(false);
    const passed = await Promise.all(Array.from({ length: 3 }, () => setting.start(async () => barrier.wait())));
    expect(passed).toHaveLength(3);
  });
  row('breaks for every party when one runs out of time [TH-085, MP-091]', async () => {
    const barrier = create(5);
    const waits = await arrive(barrier, 3, setting);
    await failure(() => barrier.wait({ timeout: 2 }), 'BrokenBarrierError');
    for (const wait of waits) await failure(() => wait, 'BrokenBarrierError');
    await failure(() => barrier.wait(), 'BrokenBarrierError');
    expect(barrier.broken).toBe(true);
  });
  row("uses the barrier's own timeout unless the wait has one [TH-086, MP-091]", async () => {
    const barrier = create(2, { timeout: 10 });
    const start = performance.now();
    await failure(() => barrier.wait(), 'BrokenBarrierError');
    expect(performance.now() - start).toBeGreaterThanOrEqual(9);
    await barrier.reset();
    const patient = barrier.wait({ timeout: 60_000 });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(barrier.broken).toBe(false);
    await barrier.wait();
    await patient;
  });
  row('only counts one less when a party is aborted [AS-160, API-3]', async () => {
    const barrier = create(3);
    const others = await arrive(barrier, 1, setting);
    const controller = new AbortController();
    const left = failure(() => barrier.wait({ signal: controller.signal }));
    await until(() => barrier.nWaiting === 2, 'two wait');
    controller.abort(new Error('left'));
    await left;
    await until(() => barrier.nWaiting === 1, 'one waits');
    expect(barrier.broken).toBe(false);
    const indices = await Promise.all([...others, barrier.wait(), barrier.wait()]);
    expect(indices.toSorted((a, b) => a - b)).toEqual([0, 1, 2]);
  });
}

function actionRows(row: Define, { create }: BarrierSuiteOptions, setting: Setting): void {
  row('runs its action once for each round, before anybody passes [TH-080, MP-089]', async () => {
    let runs = 0;
    const barrier = create(4, {
      action: () => {
        runs += 1;
      },
    });
    for (const round of [1, 2]) {
      await Promise.all(
        Array.from({ length: 4 }, () =>
          setting.start(async () => {
            await barrier.wait();
            expect(runs).toBe(round);
          }),
        ),
      );
    }
  });
  row('breaks when its action throws: one party gets the error, the others learn that it broke [TH-081]', async () => {
    const error = new Error('no action');
    const barrier = create(5, {
      action: () => {
        throw error;
      },
    });
    const ends = await Promise.all(Array.from({ length: 5 }, () => failure(() => barrier.wait())));
    expect(ends.filter((end) => end === error)).toHaveLength(1);
    expect(ends.filter((end) => end.name === 'BrokenBarrierError')).toHaveLength(4);
    expect(barrier.broken).toBe(true);
    await flush();
  });
  row('breaks when its action returns a promise that nobody awaits [TH-081]', async () => {
    const barrier = create(1, { action: () => Promise.resolve() });
    await failure(() => (barrier.waitSync ? barrier.waitSync() : barrier.wait()), 'TypeError');
    expect(barrier.broken).toBe(true);
  });
}
