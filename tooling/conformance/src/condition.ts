import { inspect } from 'node:util';
import { flush } from '@weft/testkit';
import { expect } from 'vitest';
import { conditionInterruptionRows } from './condition-interruptions.ts';
import { reentrantRows } from './condition-reentrant-rows.ts';
import { waitForRows } from './condition-wait-for-rows.ts';
import { MISUSE, failure, failureSync } from './failure.ts';
import type { LockLike } from './lock.ts';
import { remoteConditionRows } from './remote-condition-rows.ts';
import { type Define, type Row, type Setting, type SuiteOptions, collectRows, defineSuite } from './suite.ts';
import type { WaitOptions } from './wait-options.ts';

/** What the suite asks of a condition. */
export interface ConditionLike extends LockLike {
  wait(options?: WaitOptions): PromiseLike<boolean>;
  waitSync?(options?: { timeout?: number }): boolean;
  waitFor<T>(predicate: () => T, options?: WaitOptions): PromiseLike<T>;
  waitForSync?<T>(predicate: () => T, options?: { timeout?: number }): T;
  notify(n?: number): void;
  notifyAll(): void;
}

/** How to make what the suite is about. */
export interface ConditionSuiteOptions<L extends LockLike = LockLike> extends SuiteOptions {
  /** Makes a condition, on the given lock or on one of its own. */
  create(lock?: L): ConditionLike;
  /** Makes a plain lock that `create` takes. */
  createLock(): L;
  /** Whether a condition's own lock is an RLock, as everywhere but in asyncio; `true` if left out. */
  reentrant?: boolean | undefined;
}

/** Checks that a condition behaves as `Condition` of threading, multiprocessing or asyncio does. */
export function conditionConformance<L extends LockLike>(name: string, options: ConditionSuiteOptions<L>): void {
  defineSuite(name, conditionRows(options));
}

/** The rows of {@link conditionConformance}. */
export function conditionRows<L extends LockLike>(options: ConditionSuiteOptions<L>): Row[] {
  const create = (): ConditionLike => options.create(options.createLock());
  return collectRows(options, (row, setting) => {
    lockingRows(row, options);
    notifyRows(row, create, setting);
    waitForRows(row, create);
    conditionInterruptionRows(row, create, setting);
    if (options.reentrant ?? true) reentrantRows(row, options, setting);
    if (setting.sync) syncRows(row, create);
    if (setting.elsewhere) remoteConditionRows(row, create, setting, setting.elsewhere);
  });
}

/** Parks waiters on a condition, each with the lock taken first; their answers come in the order in which they wake. */
export async function park(
  condition: ConditionLike,
  count: number,
  setting: Setting,
): Promise<{ woken: number[]; ended: Promise<void>[] }> {
  const woken: number[] = [];
  const ended: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    await condition.acquire();
    const waiting = condition.wait();
    ended.push(
      Promise.resolve(
        setting.start(async () => {
          expect(await waiting).toBe(true);
          woken.push(index);
          condition.release();
        }),
      ),
    );
  }
  return { woken, ended };
}

function lockingRows<L extends LockLike>(row: Define, { create, createLock }: ConditionSuiteOptions<L>): void {
  row('locks and unlocks the lock that it was given [AS-136, TH-058, TH-059]', async () => {
    const lock = createLock();
    const condition = create(lock);
    expect(condition.locked()).toBe(false);
    const guard = await condition.acquire();
    expect([condition.locked(), lock.locked()]).toEqual([true, true]);
    expect(lock.tryAcquire()).toBe(undefined);
    guard[Symbol.dispose]();
    guard[Symbol.dispose]();
    expect([condition.locked(), lock.locked()]).toEqual([false, false]);
    await lock.acquire();
    expect(condition.tryAcquire()).toBe(undefined);
    expect(condition.locked()).toBe(true);
    condition.release();
    expect(lock.locked()).toBe(false);
  });
  row('shares its lock with another condition [AS-136]', async () => {
    const lock = createLock();
    const [full, empty] = [create(lock), create(lock)];
    await full.acquire();
    const waiting = full.wait();
    await empty.acquire();
    expect(full.locked()).toBe(true);
    empty.notify();
    full.notify();
    empty.release();
    expect(await waiting).toBe(true);
    expect(empty.locked()).toBe(true);
  });
  row('is held during with(), and free after a result as after an error [TH-058, TH-174]', async () => {
    const condition = create();
    expect(await condition.with(() => condition.locked())).toBe(true);
    const error = new Error('inside');
    expect(await failure(() => condition.with(async () => Promise.reject(error)))).toBe(error);
    expect(condition.locked()).toBe(false);
  });
  row('refuses to wait or to notify without its lock [TH-047, TH-048, MP-084]', async () => {
    for (const condition of [create(), create(createLock())]) {
      await failure(() => condition.wait(), ...MISUSE);
      await failure(() => condition.waitFor(() => true), ...MISUSE);
      failureSync(() => condition.notify(), ...MISUSE);
      failureSync(() => condition.notifyAll(), ...MISUSE);
      failureSync(() => condition.release(), ...MISUSE);
      expect(condition.locked()).toBe(false);
    }
  });
  row('names its class and its state when it is printed [API-7]', async () => {
    const condition = create();
    expect(inspect(condition)).toMatch(/Condition.*unlocked/s);
    await condition.acquire();
    expect(inspect(condition)).not.toMatch(/unlocked/);
    expect(inspect(condition)).toMatch(/Condition.*locked/s);
  });
}

function notifyRows(row: Define, create: () => ConditionLike, setting: Setting): void {
  row('wakes at most as many as notify says, once the notifier has left [TH-049, AS-129, MP-077, MP-079]', async () => {
    const condition = create();
    const { woken, ended } = await park(condition, 5, setting);
    await condition.acquire();
    condition.notify(3);
    await flush();
    expect(woken).toEqual([]);
    condition.release();
    await first(ended, 3);
    await flush();
    expect(woken).toHaveLength(3);
    if (setting.ordered) expect(woken).toEqual([0, 1, 2]);
    await condition.with(() => condition.notify(5));
    await Promise.all(ended);
    if (setting.ordered) expect(woken).toEqual([0, 1, 2, 3, 4]);
    expect(condition.locked()).toBe(false);
  });
  row('wakes one by notify() and everyone by notifyAll() [AS-129, MP-077, MP-078]', async () => {
    const condition = create();
    const { woken, ended } = await park(condition, 4, setting);
    await condition.with(() => condition.notify());
    await first(ended, 1);
    await flush();
    expect(woken).toHaveLength(1);
    await condition.with(() => condition.notifyAll());
    await Promise.all(ended);
    expect(woken).toHaveLength(4);
  });
  row('needs another notify for those who wait again [TH-050]', async () => {
    const condition = create();
    const woken: string[] = [];
    await condition.acquire();
    const twice = setting.start(async () => {
      for (const turn of ['first', 'second']) {
        expect(await condition.wait()).toBe(true);
        woken.push(turn);
      }
      condition.release();
    });
    await flush();
    await condition.with(() => condition.notify(2));
    await flush();
    expect(woken.length).toBeLessThan(2);
    // Whoever notifies must find the waiter waiting: it holds the lock from its waking to its next wait.
    while (!woken.includes('second')) {
      await condition.with(() => {
        if (woken.length === 1) condition.notify();
      });
      await flush(1);
    }
    await twice;
  });
  row('does not remember a notify that meets nobody [TH-057]', async () => {
    const condition = create();
    await condition.acquire();
    condition.notify();
    condition.notifyAll();
    expect(await condition.wait({ timeout: 2 })).toBe(false);
    expect(condition.locked()).toBe(true);
  });
  row('holds the lock again when a wait is over, notified or not [TH-052, AS-129, MP-080]', async () => {
    const condition = create();
    await condition.acquire();
    expect(await condition.wait({ timeout: 2 })).toBe(false);
    expect(condition.locked()).toBe(true);
    expect(await condition.wait({ timeout: 0 })).toBe(false);
    const waiting = condition.wait();
    await condition.with(() => condition.notify());
    expect(await waiting).toBe(true);
    expect(condition.locked()).toBe(true);
    condition.release();
    failureSync(() => condition.release(), ...MISUSE);
  });
}

function syncRows(row: Define, create: () => ConditionLike): void {
  row('waitSync answers false when time runs out, with the lock held [API-2, TH-052, MP-080]', () => {
    const condition = create();
    failureSync(() => condition.waitSync?.(), ...MISUSE);
    const guard = condition.acquireSync?.();
    const start = performance.now();
    expect(condition.waitSync?.({ timeout: 10 })).toBe(false);
    expect(performance.now() - start).toBeGreaterThanOrEqual(9);
    expect(condition.waitSync?.({ timeout: 0 })).toBe(false);
    failureSync(() => condition.waitSync?.({ timeout: -1 }), 'RangeError');
    expect(condition.locked()).toBe(true);
    guard?.[Symbol.dispose]();
    expect(condition.locked()).toBe(false);
  });
  row('waitForSync answers what its predicate said last [API-2, TH-055, TH-056]', () => {
    const condition = create();
    failureSync(() => condition.waitForSync?.(() => true), ...MISUSE);
    condition.acquireSync?.();
    expect(condition.waitForSync?.(() => 'ready')).toBe('ready');
    expect(condition.waitForSync?.(() => 0, { timeout: 5 })).toBe(0);
    expect(condition.locked()).toBe(true);
  });
}

async function first(ended: readonly Promise<void>[], count: number): Promise<void> {
  let over = 0;
  await new Promise<void>((resolve, reject) => {
    for (const one of ended) {
      one.then(() => {
        over += 1;
        if (over === count) resolve();
      }, reject);
    }
  });
}
