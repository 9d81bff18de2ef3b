import { inspect } from 'node:util';
import { flush } from '@weft/testkit';
import { expect } from 'vitest';
import { MISUSE, failure, failureSync } from './failure.ts';
import { type Define, type Row, type Setting, type SuiteOptions, collectRows, defineSuite } from './suite.ts';
import { type TokenScene, tokenRows } from './token-rows.ts';
import type { WaitOptions } from './wait-options.ts';
import { waitingRows } from './waiting-rows.ts';
import { remoteLockRows } from './remote-lock-rows.ts';

/** What the suite asks of a lock. */
export interface LockLike {
  acquire(options?: WaitOptions): PromiseLike<Disposable>;
  acquireSync?(options?: { timeout?: number }): Disposable;
  tryAcquire(): Disposable | undefined;
  release(): void;
  locked(): boolean;
  with<T>(body: () => T | PromiseLike<T>): PromiseLike<T>;
}

/** How to make what the suite is about. */
export interface LockSuiteOptions<L extends LockLike = LockLike> extends SuiteOptions {
  create(): L;
}

/** Checks that a lock behaves as `threading.Lock`, `multiprocessing.Lock` or `asyncio.Lock` does. */
export function lockConformance(name: string, options: LockSuiteOptions): void {
  defineSuite(name, lockRows(options));
}

/** The rows of {@link lockConformance}. */
export function lockRows(options: LockSuiteOptions): Row[] {
  return collectRows(options, (row, setting) => {
    plainRows(row, options, setting);
    if (setting.sync) syncRows(row, options);
    const waiting = {
      verb: 'acquire',
      timesOut: 'TimeoutError',
      ids: {
        timeout: 'TH-014, TH-018',
        range: 'TH-011',
        huge: 'TH-012',
        signal: 'AS-119',
        cancel: 'AS-119',
        race: 'AS-120, AS-121, AS-122',
        hammer: 'TH-018',
        order: 'TH-007',
      },
      begin: async (): Promise<TokenScene> => {
        const lock = options.create();
        await lock.acquire();
        return {
          wait: (limits) => lock.acquire(limits),
          waitSync: lock.acquireSync && ((limits) => lock.acquireSync?.(limits)),
          grant: () => lock.release(),
          take: () => lock.tryAcquire() !== undefined,
        };
      },
    };
    waitingRows(row, setting, waiting);
    tokenRows(row, setting, waiting);
    if (setting.elsewhere) remoteLockRows(row, options, setting, setting.elsewhere);
  });
}

function plainRows(row: Define, { create }: LockSuiteOptions, setting: Setting): void {
  row('starts unlocked [TH-001]', () => {
    expect(create().locked()).toBe(false);
  });
  row('names its class and its state when it is printed [TH-002, API-7]', async () => {
    const lock = create();
    expect(inspect(lock)).toMatch(/Lock.*unlocked/s);
    await lock.acquire();
    expect(inspect(lock)).toMatch(/Lock.*\blocked/s);
    expect(inspect(lock)).not.toMatch(/unlocked/);
    lock.release();
    expect(inspect(lock)).toMatch(/Lock.*unlocked/s);
  });
  row('gives a free lock at once, with and without a timeout [TH-005, TH-013]', async () => {
    const lock = create();
    for (const options of [undefined, {}, { timeout: 5_000 }, { timeout: 0 }, { timeout: Infinity }]) {
      await lock.acquire(options);
      expect(lock.locked()).toBe(true);
      lock.release();
      expect(lock.locked()).toBe(false);
    }
  });
  row('takes a free lock or answers undefined, without waiting [TH-005, TH-006, TH-010]', () => {
    const lock = create();
    const guard = lock.tryAcquire();
    expect(guard?.[Symbol.dispose]).toBeInstanceOf(Function);
    expect(lock.tryAcquire()).toBe(undefined);
    expect(lock.locked()).toBe(true);
    guard?.[Symbol.dispose]();
    expect(lock.locked()).toBe(false);
  });
  row('lets a contender try in vain while it is held [TH-006]', async () => {
    const lock = create();
    await lock.acquire();
    expect(await setting.start(async () => lock.tryAcquire())).toBe(undefined);
    lock.release();
    expect(lock.tryAcquire()).not.toBe(undefined);
  });
  row('keeps contenders out until the holder leaves, and lets them in one after another [TH-007]', async () => {
    const lock = create();
    const held = await lock.acquire();
    let inside = 0;
    let most = 0;
    let finished = 0;
    const contenders = Array.from({ length: 5 }, () =>
      setting.start(async () => {
        const guard = await lock.acquire();
        inside += 1;
        most = Math.max(most, inside);
        await flush(1);
        inside -= 1;
        finished += 1;
        guard[Symbol.dispose]();
      }),
    );
    await flush();
    expect(finished).toBe(0);
    held[Symbol.dispose]();
    await Promise.all(contenders);
    expect(finished).toBe(5);
    expect(most).toBe(1);
    expect(lock.locked()).toBe(false);
  });
  row('is not reentrant [TH-016]', async () => {
    const lock = create();
    await lock.acquire();
    let phase = 1;
    const again = setting.start(async () => {
      await lock.acquire();
      phase = 2;
    });
    await flush();
    expect(phase).toBe(1);
    lock.release();
    await again;
    expect(phase).toBe(2);
    await failure(() => lock.acquire({ timeout: 1 }), 'TimeoutError');
  });
  row('may be released by somebody else than its holder [MP-071]', async () => {
    const lock = create();
    await setting.start(async () => lock.acquire());
    lock.release();
    expect(lock.locked()).toBe(false);
  });
  row('refuses to be released while it is free [AS-123, MP-063]', async () => {
    const lock = create();
    failureSync(() => lock.release(), ...MISUSE);
    await lock.acquire();
    lock.release();
    failureSync(() => lock.release(), ...MISUSE);
    expect(lock.locked()).toBe(false);
    expect(lock.tryAcquire()).not.toBe(undefined);
  });
  row('is released once by a guard, however often that is disposed of [TH-174, AS-125, API-5]', async () => {
    const lock = create();
    const guard = await lock.acquire();
    guard[Symbol.dispose]();
    expect(lock.locked()).toBe(false);
    const next = lock.tryAcquire();
    guard[Symbol.dispose]();
    expect(lock.locked()).toBe(true);
    next?.[Symbol.dispose]();
    expect(lock.locked()).toBe(false);
  });
  row('is held during with(), and free after a result as after an error [TH-008, AS-125]', async () => {
    const lock = create();
    expect(await lock.with(() => lock.locked())).toBe(true);
    expect(await lock.with(async () => flush(1).then(() => lock.locked()))).toBe(true);
    expect(lock.locked()).toBe(false);
    const error = new Error('inside');
    expect(
      await failure(() =>
        lock.with(() => {
          throw error;
        }),
      ),
    ).toBe(error);
    expect(await failure(() => lock.with(async () => Promise.reject(error)))).toBe(error);
    expect(lock.locked()).toBe(false);
  });
  row('is usable after a wait that timed out [TH-018]', async () => {
    const lock = create();
    const guard = await lock.acquire();
    await failure(() => lock.acquire({ timeout: 1 }), 'TimeoutError');
    guard[Symbol.dispose]();
    expect(lock.locked()).toBe(false);
    await lock.acquire({ timeout: 1 });
    expect(lock.locked()).toBe(true);
  });
  row('says in the TimeoutError what could not be done, and within which time [TH-014, API-8]', async () => {
    const lock = create();
    await lock.acquire();
    const error = await failure(() => lock.acquire({ timeout: 3 }), 'TimeoutError');
    expect(error.message).toMatch(/^Cannot .*\b3 ms/);
    expect(error).toHaveProperty('code', 'ERR_TIMEOUT');
  });
  row(
    'is not taken from a free lock by a wait whose signal has aborted, or whose timeout is refused [API-3, TH-011]',
    async () => {
      const lock = create();
      const reason = new Error('gone');
      expect(await failure(() => lock.acquire({ signal: AbortSignal.abort(reason) }))).toBe(reason);
      await failure(() => lock.acquire({ timeout: -100 }), 'RangeError');
      await failure(() => lock.acquire({ timeout: 'x' as never }), 'TypeError');
      expect(lock.locked()).toBe(false);
    },
  );
}

function syncRows(row: Define, { create }: LockSuiteOptions): void {
  row('acquireSync gives a free lock, and means the same as acquire [API-2, TH-005, TH-013]', async () => {
    const lock = create();
    for (const options of [undefined, {}, { timeout: 5_000 }, { timeout: 0 }]) {
      const guard = lock.acquireSync?.(options);
      expect(lock.locked()).toBe(true);
      expect(lock.tryAcquire()).toBe(undefined);
      await failure(() => lock.acquire({ timeout: 0 }), 'TimeoutError');
      guard?.[Symbol.dispose]();
      guard?.[Symbol.dispose]();
      expect(lock.locked()).toBe(false);
    }
  });
  row('acquireSync and acquire stand in one line [TH-023]', async () => {
    const lock = create();
    const guard = lock.acquireSync?.();
    const waiting = lock.acquire();
    await flush();
    guard?.[Symbol.dispose]();
    await waiting;
    failureSync(() => lock.acquireSync?.({ timeout: 1 }), 'TimeoutError');
    lock.release();
    lock.acquireSync?.()[Symbol.dispose]();
    expect(lock.locked()).toBe(false);
  });
}
