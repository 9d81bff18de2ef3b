import { Barrier, BrokenBarrierError, Event, SimpleQueue, Thread } from '@weft/threading';
import { deferred, leakCheck, until } from '@weft/testkit';
import { describe, expect, it } from 'vitest';
import { BUSY, actWhenLet, beBusy, holdUpActions, passInTime, waitUnaware } from './fixtures/work.ts';

leakCheck();

describe('a barrier at which all have come', () => {
  it('lets nobody leave whose signal aborts while the action runs', async () => {
    const [action, controller] = [deferred<void>(), new AbortController()];
    const barrier = new Barrier(3, { action: () => action.promise });
    const round = [barrier.wait({ signal: controller.signal }), barrier.wait(), barrier.wait()];
    controller.abort();
    action.resolve();
    expect(await Promise.all(round)).toEqual([0, 1, 2]);
    expect([barrier.nWaiting, barrier.broken]).toEqual([0, false]);
    expect(await Promise.all([barrier.wait(), barrier.wait(), barrier.wait()])).toEqual([0, 1, 2]);
  });

  it('does not break however long the action runs', async () => {
    const action = async (): Promise<void> => {
      const begun = performance.now();
      await until(() => performance.now() > begun + 20, 'the time of the others is up');
    };
    const barrier = new Barrier(2, { action, timeout: 5 });
    expect(await Promise.all([barrier.wait(), barrier.wait()])).toEqual([0, 1]);
    expect(barrier.broken).toBe(false);
  });

  it('does not break however long the action runs, for one who blocks', async () => {
    const [barrier, results] = [new Barrier(2, { action: beBusy }), new SimpleQueue<unknown>()];
    const thread = new Thread({ target: passInTime, args: [barrier, BUSY / 2, results] }).start();
    await until(() => barrier.nWaiting === 1, 'the other waits', 60_000);
    expect(await barrier.wait()).toBe(1);
    await thread.join();
    expect([results.getNowait(), barrier.broken]).toEqual([0, false]);
  });

  it('does not act for a round that was reset before its last party knew that it is the last', async () => {
    const action = deferred<void>();
    holdUpActions(action.promise);
    const [barrier, results] = [new Barrier(2, { action: actWhenLet }), new SimpleQueue<string>()];
    const [waits, goOn] = [new Event(), new Event()];
    const round = [barrier.wait(), barrier.wait()];
    const next = barrier.wait();
    const thread = new Thread({ target: waitUnaware, args: [barrier, [waits, goOn], results] }).start();
    await waits.wait();
    action.resolve();
    expect(await Promise.all(round)).toEqual([0, 1]);
    barrier.reset();
    goOn.set();
    await expect(next).rejects.toThrow(BrokenBarrierError);
    await thread.join();
    expect([results.getNowait(), barrier.nWaiting, barrier.broken]).toEqual(['BrokenBarrierError', 0, false]);
    expect(await Promise.all([barrier.wait(), barrier.wait({ timeout: 10_000 })])).toEqual([0, 1]);
  });

  it('numbers those of the next round who stay when one of them leaves meanwhile', async () => {
    const [action, controller] = [deferred<void>(), new AbortController()];
    let rounds = 0;
    const barrier = new Barrier(3, { action: () => (++rounds === 1 ? action.promise : undefined) });
    const round = [barrier.wait(), barrier.wait(), barrier.wait()];
    const leaves = barrier.wait({ signal: controller.signal });
    const next = [barrier.wait(), barrier.wait()];
    controller.abort();
    await expect(leaves).rejects.toThrow('aborted');
    action.resolve();
    expect(await Promise.all([...round, ...next, barrier.wait()])).toEqual([0, 1, 2, 0, 1, 2]);
  });
});
