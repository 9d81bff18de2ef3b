import { inspect } from 'node:util';
import { flush } from '@weft/testkit';
import { expect } from 'vitest';
import { failure, failureSync } from './failure.ts';
import { remoteSemaphoreRows } from './remote-semaphore-rows.ts';
import { type Define, type Row, type Setting, type SuiteOptions, collectRows, defineSuite } from './suite.ts';
import { type TokenScene, tokenRows } from './token-rows.ts';
import type { WaitOptions } from './wait-options.ts';
import { waitingRows } from './waiting-rows.ts';

/** What the suite asks of a semaphore. */
export interface SemaphoreLike {
  acquire(options?: WaitOptions): PromiseLike<Disposable>;
  acquireSync?(options?: { timeout?: number }): Disposable;
  tryAcquire(): Disposable | undefined;
  release(n?: number): void;
  with<T>(body: () => T | PromiseLike<T>): PromiseLike<T>;
}

/** How to make what the suite is about. */
export interface SemaphoreSuiteOptions extends SuiteOptions {
  /** @param value How many permits there are at first, 1 if left out. */
  create(value?: number): SemaphoreLike;
}

/** Checks that a semaphore behaves as `Semaphore` of threading, multiprocessing or asyncio does. */
export function semaphoreConformance(name: string, options: SemaphoreSuiteOptions): void {
  defineSuite(name, semaphoreRows(options));
}

/** The rows of {@link semaphoreConformance}. */
export function semaphoreRows(options: SemaphoreSuiteOptions): Row[] {
  return collectRows(options, (row, setting) => {
    permitRows(row, options, setting);
    const { create } = options;
    row('may be released above its initial value [MP-074]', () => {
      const semaphore = create(1);
      semaphore.release(2);
      expect(drain(semaphore)).toBe(3);
    });
    row('with no permit at first serves whoever waits when one is released [AS-142, AS-143]', async () => {
      const semaphore = create(0);
      expect(semaphore.tryAcquire()).toBe(undefined);
      const waits = [semaphore.acquire(), semaphore.acquire(), semaphore.acquire()];
      await flush();
      semaphore.release(3);
      await Promise.all(waits);
      expect(semaphore.tryAcquire()).toBe(undefined);
    });
    row('gives several permits at once to as many waiters, and keeps the rest [AS-152, TH-073]', async () => {
      const semaphore = create(0);
      const waits = [semaphore.acquire(), semaphore.acquire()];
      await flush();
      semaphore.release(5);
      await Promise.all(waits);
      expect(drain(semaphore)).toBe(3);
    });
  });
}

/** Takes every permit there is, and answers how many that were. */
export function drain(semaphore: SemaphoreLike): number {
  let permits = 0;
  while (semaphore.tryAcquire()) permits += 1;
  return permits;
}

/** Adds the rows that hold for every kind of semaphore. */
export function permitRows(row: Define, { create }: SemaphoreSuiteOptions, setting: Setting): void {
  row('refuses a negative initial value, and takes 0 [TH-061, AS-142]', () => {
    for (const value of [-1, Number.MIN_SAFE_INTEGER]) failureSync(() => create(value), 'RangeError');
    expect(create(0).tryAcquire()).toBe(undefined);
  });
  row('has one permit if nothing else is said [TH-068]', async () => {
    const semaphore = create();
    await semaphore.acquire();
    const second = semaphore.acquire();
    expect(semaphore.tryAcquire()).toBe(undefined);
    semaphore.release();
    await second;
  });
  row('gives as many permits as it has before anybody waits [TH-062, TH-066, MP-074]', async () => {
    const semaphore = create(2);
    await semaphore.acquire();
    await semaphore.acquire({ timeout: 0 });
    expect(semaphore.tryAcquire()).toBe(undefined);
    await failure(() => semaphore.acquire({ timeout: 1 }), 'TimeoutError');
    semaphore.release();
    semaphore.release();
    expect(drain(semaphore)).toBe(2);
  });
  row('never hands out more permits than it has to contenders that try [TH-066]', async () => {
    const semaphore = create(3);
    const tries = await Promise.all(
      Array.from({ length: 5 }, () => setting.start(async () => [semaphore.tryAcquire(), semaphore.tryAcquire()])),
    );
    expect(tries.flat().filter(Boolean)).toHaveLength(3);
  });
  row('lets in as many as it has permits, and no more [TH-007, TH-062]', async () => {
    const semaphore = create(3);
    let inside = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 10 }, () =>
        setting.start(async () =>
          semaphore.with(async () => {
            inside += 1;
            most = Math.max(most, inside);
            await flush(1);
            inside -= 1;
          }),
        ),
      ),
    );
    expect(most).toBe(3);
    expect(drain(semaphore)).toBe(3);
  });
  row('nests up to its value, and gives back after a result as after an error [TH-069, TH-174]', async () => {
    const semaphore = create(2);
    expect(await semaphore.with(() => semaphore.with(() => semaphore.tryAcquire() ?? 'none left'))).toBe('none left');
    const error = new Error('inside');
    expect(await failure(() => semaphore.with(async () => Promise.reject(error)))).toBe(error);
    expect(
      await failure(() =>
        semaphore.with(() => {
          throw error;
        }),
      ),
    ).toBe(error);
    expect(drain(semaphore)).toBe(2);
  });
  row('is released once by a guard, however often that is disposed of [API-5, TH-174]', async () => {
    const semaphore = create(1);
    const guard = await semaphore.acquire();
    guard[Symbol.dispose]();
    guard[Symbol.dispose]();
    const other = semaphore.tryAcquire();
    expect(semaphore.tryAcquire()).toBe(undefined);
    other?.[Symbol.dispose]();
    other?.[Symbol.dispose]();
    expect(drain(semaphore)).toBe(1);
  });
  row('refuses to release fewer than one permit, and changes nothing [TH-073]', async () => {
    const semaphore = create(1);
    await semaphore.acquire();
    for (const n of [0, -1]) failureSync(() => semaphore.release(n), 'RangeError');
    expect(semaphore.tryAcquire()).toBe(undefined);
  });
  row('names its class and its free permits when it is printed [TH-075, API-7]', async () => {
    const semaphore = create(2);
    expect(inspect(semaphore)).toMatch(/Semaphore.*2/s);
    await semaphore.acquire();
    expect(inspect(semaphore)).toMatch(/Semaphore.*1/s);
  });
  row('lets one who releases and comes back queue behind those who wait [AS-149, AS-150]', async () => {
    const semaphore = create(1);
    const order: string[] = [];
    const rotate = async (name: string): Promise<void> => {
      for (let turn = 0; turn < 3; turn += 1) {
        const permit = await semaphore.acquire();
        order.push(name);
        await flush(1);
        permit[Symbol.dispose]();
      }
    };
    await Promise.all(['a', 'b', 'c'].map((name) => setting.start(() => rotate(name))));
    if (setting.ordered) expect(order.join('')).toBe('abcabcabc');
    else expect(order.toSorted().join('')).toBe('aaabbbccc');
  });
  row('is not drained by a wait whose signal has aborted, or whose timeout is refused [API-3, TH-067]', async () => {
    const semaphore = create(1);
    const reason = new Error('gone');
    expect(await failure(() => semaphore.acquire({ signal: AbortSignal.abort(reason) }))).toBe(reason);
    await failure(() => semaphore.acquire({ timeout: -100 }), 'RangeError');
    expect(drain(semaphore)).toBe(1);
  });
  if (setting.sync) {
    row('acquireSync takes a free permit, and means the same as acquire [API-2, TH-062]', () => {
      const semaphore = create(2);
      const guard = semaphore.acquireSync?.();
      semaphore.acquireSync?.({ timeout: 0 });
      expect(semaphore.tryAcquire()).toBe(undefined);
      failureSync(() => semaphore.acquireSync?.({ timeout: 1 }), 'TimeoutError');
      guard?.[Symbol.dispose]();
      guard?.[Symbol.dispose]();
      expect(drain(semaphore)).toBe(1);
    });
  }
  const waiting = {
    verb: 'acquire',
    timesOut: 'TimeoutError',
    ids: {
      timeout: 'TH-067',
      signal: 'AS-144',
      cancel: 'AS-144',
      race: 'AS-145, AS-146, AS-147, AS-151',
      order: 'AS-143',
    },
    begin: async (): Promise<TokenScene> => {
      const semaphore = create(1);
      await semaphore.acquire();
      return {
        wait: (limits) => semaphore.acquire(limits),
        waitSync: semaphore.acquireSync && ((limits) => semaphore.acquireSync?.(limits)),
        grant: () => semaphore.release(),
        take: () => semaphore.tryAcquire() !== undefined,
      };
    },
  };
  waitingRows(row, setting, waiting);
  tokenRows(row, setting, waiting);
  if (setting.elsewhere) remoteSemaphoreRows(row, { create }, setting, setting.elsewhere);
}
