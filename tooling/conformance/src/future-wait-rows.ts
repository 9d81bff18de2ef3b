import { flush } from '@weft/testkit';
import { expect } from 'vitest';
import { failure } from './failure.ts';
import { type FutureLike, futuresInEachState, labelsOf } from './future.ts';
import type { Define } from './suite.ts';
import type { WaitOptions } from './wait-options.ts';

/** What the rows ask of `wait`. */
export type WaitLike<F extends FutureLike> = (
  futures: Iterable<F>,
  options?: WaitOptions & { returnWhen?: 'first-completed' | 'first-exception' | 'all-completed' },
) => PromiseLike<{ done: Set<F>; notDone: Set<F> }>;

/** Adds the rows about waiting for several futures. */
export function waitForFuturesRows<F extends FutureLike>(row: Define, create: () => F, wait: WaitLike<F>): void {
  row('wait comes back with the first that is done [FU-052]', async () => {
    const [first, second] = [create(), create()];
    const waiting = wait([first, second], { returnWhen: 'first-completed' });
    await flush();
    first.setResult(1);
    const { done, notDone } = await waiting;
    expect([labelsOf({ first, second }, done), labelsOf({ first, second }, notDone)]).toEqual([['first'], ['second']]);
    const again = await wait([first, second], { returnWhen: 'first-completed', timeout: 0 });
    expect(labelsOf({ first, second }, again.done)).toEqual(['first']);
  });
  row('wait comes back with the first error, and at once when there is one [FU-055]', async () => {
    const [bad, good, open] = [create(), create(), create()];
    let over = false;
    const waiting = Promise.resolve(wait([bad, good, open], { returnWhen: 'first-exception' })).finally(() => {
      over = true;
    });
    good.setResult(1);
    await flush();
    expect(over).toBe(false);
    bad.setException(new Error('bad'));
    const { done, notDone } = await waiting;
    expect([labelsOf({ bad, good, open }, done).toSorted(), labelsOf({ bad, good, open }, notDone)]).toEqual([
      ['bad', 'good'],
      ['open'],
    ]);
    const again = await wait([open, bad], { returnWhen: 'first-exception' });
    expect(labelsOf({ bad, open }, again.notDone)).toEqual(['open']);
  });
  row('wait for the first error takes no cancellation for one [FU-055]', async () => {
    const [cancelled, open] = [create(), create()];
    cancelled.cancel();
    const { done, notDone } = await wait([cancelled, open], { returnWhen: 'first-exception', timeout: 5 });
    expect([done.size, notDone.size]).toEqual([1, 1]);
  });
  row('wait comes back when all are done, errors and cancellations included [FU-057]', async () => {
    const { cancelled, notified, failed, succeeded, pending, running } = futuresInEachState(
      create,
      new Error('failed'),
    );
    let over = false;
    const waiting = Promise.resolve(wait([cancelled, notified, failed, succeeded, pending, running])).finally(() => {
      over = true;
    });
    pending.cancel();
    await flush();
    expect(over).toBe(false);
    running.setResult(1);
    const { done, notDone } = await waiting;
    expect([done.size, notDone.size]).toEqual([6, 0]);
  });
  row('wait gives what is done when its time is over [FU-057, API-3]', async () => {
    const [done, open] = [create(), create()];
    done.setResult(1);
    const start = performance.now();
    const got = await wait([done, open], { timeout: 10 });
    expect(performance.now() - start).toBeGreaterThanOrEqual(9);
    expect([labelsOf({ done, open }, got.done), labelsOf({ done, open }, got.notDone)]).toEqual([['done'], ['open']]);
    const none = await wait([open], { timeout: 0 });
    expect(none.done.size).toBe(0);
    await failure(() => wait([open], { timeout: -1 }), 'RangeError');
  });
  row('wait counts one that occurs twice once [FU-059]', async () => {
    const future = create();
    future.setResult(1);
    const { done } = await wait([future, future, future]);
    expect(labelsOf({ future }, done)).toEqual(['future']);
  });
  row('wait gives two sets, empty ones for nothing, and refuses what it does not know [FU-060, FU-061]', async () => {
    const { done, notDone } = await wait([]);
    expect([done, notDone]).toEqual([new Set(), new Set()]);
    await failure(() => wait([create()], { returnWhen: 'whenever' as never, timeout: 0 }), 'RangeError', 'TypeError');
  });
  row('wait rejects with the reason of its signal [API-3]', async () => {
    const future = create();
    const controller = new AbortController();
    const reason = new Error('left');
    const left = failure(() => wait([future], { signal: controller.signal }));
    await flush();
    controller.abort(reason);
    expect(await left).toBe(reason);
    future.setResult(1);
  });
  row('wait never hangs when many finish together [FU-063]', async () => {
    for (let round = 0; round < 20; round += 1) {
      const futures = Array.from({ length: 100 }, () => create());
      const waits = [
        wait(futures),
        wait(futures, { returnWhen: 'first-completed' }),
        wait(futures, { returnWhen: 'first-exception' }),
      ];
      for (const future of futures) future.setResult(round);
      const [all, first] = await Promise.all(waits);
      expect(all?.done.size).toBe(100);
      expect(first?.done.size).toBeGreaterThan(0);
    }
  });
}
