import { inspect } from 'node:util';
import { expect } from 'vitest';
import type { EventLike } from './event.ts';
import { MISUSE, failure, failureSync } from './failure.ts';
import type { LockLike } from './lock.ts';
import { remoteRLockRows } from './remote-rlock-rows.ts';
import { type Define, type Row, type SuiteOptions, collectRows, defineSuite } from './suite.ts';

/** How to make what the suite is about. */
export interface RLockSuiteOptions extends SuiteOptions {
  create(): LockLike;
  /** Makes an event of the same package: with `elsewhere`, what another owner waits for before it lets go. */
  createEvent?: (() => EventLike) | undefined;
}

/** Checks that a lock behaves as `RLock` of threading or multiprocessing does; its owner is a thread. */
export function rlockConformance(name: string, options: RLockSuiteOptions): void {
  defineSuite(name, rlockRows(options));
}

/** The rows of {@link rlockConformance}. */
export function rlockRows(options: RLockSuiteOptions): Row[] {
  return collectRows(options, (row, setting) => {
    ownerRows(row, options);
    if (setting.sync) syncRows(row, options);
    const { createEvent } = options;
    if (setting.elsewhere && createEvent) remoteRLockRows(row, setting, options.create, createEvent, setting.elsewhere);
  });
}

function ownerRows(row: Define, { create }: RLockSuiteOptions): void {
  row('starts unlocked [TH-001]', () => {
    expect(create().locked()).toBe(false);
  });
  row('may be taken again by its owner, who releases it as often [TH-026, TH-029]', async () => {
    const lock = create();
    await lock.acquire();
    await lock.acquire({ timeout: 0 });
    expect(lock.tryAcquire()).not.toBe(undefined);
    lock.release();
    await lock.acquire({ timeout: 1_000 });
    for (const _ of [1, 2, 3]) {
      expect(lock.locked()).toBe(true);
      lock.release();
    }
    expect(lock.locked()).toBe(false);
  });
  row('refuses to be released when it is not held, also after it was [TH-027]', async () => {
    const lock = create();
    failureSync(() => lock.release(), ...MISUSE);
    await lock.acquire();
    await lock.acquire();
    lock.release();
    lock.release();
    failureSync(() => lock.release(), ...MISUSE);
    expect(lock.tryAcquire()).not.toBe(undefined);
    expect(lock.locked()).toBe(true);
  });
  row('gives one level back with each guard, once [TH-174, API-5]', async () => {
    const lock = create();
    const outer = await lock.acquire();
    const inner = await lock.acquire();
    inner[Symbol.dispose]();
    inner[Symbol.dispose]();
    expect(lock.locked()).toBe(true);
    outer[Symbol.dispose]();
    expect(lock.locked()).toBe(false);
    outer[Symbol.dispose]();
    expect(lock.locked()).toBe(false);
  });
  row('is held during with(), which nests, and free after a result as after an error [TH-008, TH-174]', async () => {
    const lock = create();
    expect(await lock.with(() => lock.with(() => lock.locked()))).toBe(true);
    expect(lock.locked()).toBe(false);
    const error = new Error('inside');
    expect(await failure(() => lock.with(async () => lock.with(async () => Promise.reject(error))))).toBe(error);
    expect(lock.locked()).toBe(false);
  });
  row('names its class, its state and how often it is held when it is printed [TH-025, TH-002, API-7]', async () => {
    const lock = create();
    expect(inspect(lock)).toMatch(/RLock.*unlocked/s);
    await lock.acquire();
    await lock.acquire();
    expect(inspect(lock)).not.toMatch(/unlocked/);
    expect(inspect(lock)).toMatch(/RLock.*locked.*\b2\b/s);
  });
  row(
    'refuses a timeout that is negative, NaN or no number, and an aborted signal, and takes nothing [API-3, TH-011]',
    async () => {
      const lock = create();
      for (const timeout of [-1, Number.NaN]) await failure(() => lock.acquire({ timeout }), 'RangeError');
      await failure(() => lock.acquire({ timeout: '1' as never }), 'TypeError');
      const reason = new Error('gone');
      expect(await failure(() => lock.acquire({ signal: AbortSignal.abort(reason) }))).toBe(reason);
      expect(lock.locked()).toBe(false);
    },
  );
}

function syncRows(row: Define, { create }: RLockSuiteOptions): void {
  row('acquireSync takes it again, and means the same as acquire [API-2, TH-026]', async () => {
    const lock = create();
    const outer = lock.acquireSync?.();
    const inner = lock.acquireSync?.({ timeout: 0 });
    await lock.acquire();
    lock.release();
    inner?.[Symbol.dispose]();
    expect(lock.locked()).toBe(true);
    outer?.[Symbol.dispose]();
    expect(lock.locked()).toBe(false);
    failureSync(() => lock.acquireSync?.({ timeout: -1 }), 'RangeError');
  });
}
