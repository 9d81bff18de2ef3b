import { inspect } from 'node:util';
import { flush } from '@weft/testkit';
import { expect } from 'vitest';
import { callbackRows } from './future-callback-rows.ts';
import { failure, failureSync } from './failure.ts';
import { type AsCompletedLike, asCompletedRows } from './future-as-completed-rows.ts';
import { type WaitLike, waitForFuturesRows } from './future-wait-rows.ts';
import { type Define, type Row, type Setting, type SuiteOptions, collectRows, defineSuite } from './suite.ts';
import type { WaitOptions } from './wait-options.ts';
import { waitingRows } from './waiting-rows.ts';

/** What the suite asks of a future. */
export interface FutureLike<T = unknown> extends PromiseLike<T> {
  cancel(): boolean;
  cancelled(): boolean;
  running(): boolean;
  done(): boolean;
  result(options?: WaitOptions): PromiseLike<T>;
  exception(options?: WaitOptions): PromiseLike<unknown>;
  addDoneCallback(callback: (future: this) => void): void;
  setRunningOrNotifyCancel(): boolean;
  setResult(value: T): void;
  setException(error: unknown): void;
}

/** How to make what the suite is about. */
export interface FutureSuiteOptions<F extends FutureLike = FutureLike> extends SuiteOptions {
  /** Makes a future that nothing will ever settle but the test. */
  create(): F;
  /** The `wait` of futures; left out, its rows are absent. */
  wait?: WaitLike<F> | undefined;
  /** The `asCompleted` of futures; left out, its rows are absent. */
  asCompleted?: AsCompletedLike<F> | undefined;
}

/** Checks that a future behaves as `concurrent.futures.Future` does. */
export function futureConformance<F extends FutureLike>(name: string, options: FutureSuiteOptions<F>): void {
  defineSuite(name, futureRows(options));
}

/** The rows of {@link futureConformance}. */
export function futureRows<F extends FutureLike>(options: FutureSuiteOptions<F>): Row[] {
  return collectRows(options, (row, setting) => {
    stateRows(row, options);
    outcomeRows(row, options, setting);
    callbackRows(row, () => options.create());
    if (options.wait) waitForFuturesRows(row, () => options.create(), options.wait);
    if (options.asCompleted) asCompletedRows(row, () => options.create(), options.asCompleted);
    for (const verb of ['result', 'exception'] as const) {
      waitingRows(row, setting, {
        verb,
        timesOut: 'TimeoutError',
        ids: { timeout: verb === 'result' ? 'FU-032' : 'FU-035' },
        begin: () => {
          const future = options.create();
          return {
            wait: (limits) => future[verb](limits),
            grant: () => {
              future.setRunningOrNotifyCancel();
              future.setResult('value');
            },
          };
        },
      });
    }
  });
}

/** A future in each of the states that there are. */
export function futuresInEachState<F extends FutureLike>(
  create: () => F,
  error: Error,
): Record<'pending' | 'running' | 'cancelled' | 'notified' | 'failed' | 'succeeded', F> {
  const states = {
    pending: create(),
    running: create(),
    cancelled: create(),
    notified: create(),
    failed: create(),
    succeeded: create(),
  };
  states.running.setRunningOrNotifyCancel();
  states.cancelled.cancel();
  states.notified.cancel();
  states.notified.setRunningOrNotifyCancel();
  states.failed.setRunningOrNotifyCancel();
  states.failed.setException(error);
  states.succeeded.setRunningOrNotifyCancel();
  states.succeeded.setResult(42);
  return states;
}

/** What futures are called, by identity: to a deep comparison all futures look alike. */
export function labelsOf(names: Record<string, FutureLike>, futures: Iterable<FutureLike>): string[] {
  return [...futures].map((future) => Object.entries(names).find(([, named]) => named === future)?.[0] ?? 'a stranger');
}

function stateRows<F extends FutureLike>(row: Define, { create }: FutureSuiteOptions<F>): void {
  row('tells whether it is done, running or cancelled, in each state [FU-028, FU-029, FU-030]', () => {
    const states = futuresInEachState(create, new Error('failed'));
    const told = Object.fromEntries(
      Object.entries(states).map(([state, future]) => [state, [future.done(), future.running(), future.cancelled()]]),
    );
    expect(told).toEqual({
      pending: [false, false, false],
      running: [false, true, false],
      cancelled: [true, false, true],
      notified: [true, false, true],
      failed: [true, false, false],
      succeeded: [true, false, false],
    });
  });
  row('is cancelled while it is pending, and not any more once it runs or is finished [FU-028, FU-030]', () => {
    const states = futuresInEachState(create, new Error('failed'));
    const cancelled = Object.fromEntries(Object.entries(states).map(([state, future]) => [state, future.cancel()]));
    expect(cancelled).toEqual({
      pending: true,
      running: false,
      cancelled: true,
      notified: true,
      failed: false,
      succeeded: false,
    });
    expect(states.pending.cancelled()).toBe(true);
    expect(states.running.running()).toBe(true);
  });
  row('starts once, or tells that it was cancelled; anything else is refused [FU-040]', () => {
    const future = create();
    expect(future.setRunningOrNotifyCancel()).toBe(true);
    expect(future.running()).toBe(true);
    failureSync(() => future.setRunningOrNotifyCancel(), 'InvalidStateError');
    const cancelled = create();
    cancelled.cancel();
    expect(cancelled.setRunningOrNotifyCancel()).toBe(false);
    failureSync(() => cancelled.setRunningOrNotifyCancel(), 'InvalidStateError');
    const { succeeded } = futuresInEachState(create, new Error('failed'));
    failureSync(() => succeeded.setRunningOrNotifyCancel(), 'InvalidStateError');
  });
  row('keeps its first outcome and refuses a second one [FU-037]', async () => {
    for (const name of ['failed', 'succeeded', 'cancelled', 'notified'] as const) {
      const error = new Error('the first');
      const future = futuresInEachState(create, error)[name];
      failureSync(() => future.setResult('another'), 'InvalidStateError');
      failureSync(() => future.setException(new Error('another')), 'InvalidStateError');
      if (name === 'failed') expect(await failure(() => future.result())).toBe(error);
      else if (name === 'succeeded') expect(await future.result()).toBe(42);
      else await failure(() => future.result(), 'CancelledError');
    }
  });
  row('names its class, its state and what came of it when it is printed [FU-039, API-7]', () => {
    const states = futuresInEachState(create, new TypeError('failed'));
    const patterns = {
      pending: /pending/,
      running: /running/,
      cancelled: /cancelled/,
      notified: /cancelled/,
      failed: /finished.*TypeError/s,
      succeeded: /finished.*number/s,
    };
    for (const [state, pattern] of Object.entries(patterns)) {
      expect(inspect(states[state as keyof typeof states])).toMatch(/Future/);
      expect(inspect(states[state as keyof typeof states])).toMatch(pattern);
    }
  });
}

function outcomeRows<F extends FutureLike>(row: Define, { create }: FutureSuiteOptions<F>, setting: Setting): void {
  row('has its result or its error at once when it is done, also with timeout 0 [FU-032, FU-035]', async () => {
    const error = new Error('failed');
    const { pending, running, cancelled, notified, failed, succeeded } = futuresInEachState(create, error);
    for (const future of [pending, running]) {
      await failure(() => future.result({ timeout: 0 }), 'TimeoutError');
      await failure(() => future.exception({ timeout: 0 }), 'TimeoutError');
    }
    for (const future of [cancelled, notified]) {
      await failure(() => future.result({ timeout: 0 }), 'CancelledError');
      await failure(() => future.exception({ timeout: 0 }), 'CancelledError');
    }
    expect(await failure(() => failed.result({ timeout: 0 }))).toBe(error);
    expect(await failed.exception({ timeout: 0 })).toBe(error);
    expect(await succeeded.result({ timeout: 0 })).toBe(42);
    expect(await succeeded.exception({ timeout: 0 })).toBe(undefined);
  });
  row('wakes those who wait when it succeeds, fails or is cancelled [FU-033, FU-034]', async () => {
    const error = new Error('failed');
    const ends: Record<string, [(future: F) => void, string]> = {
      success: [(future) => future.setResult('value'), 'value'],
      failure: [(future) => future.setException(error), 'Error'],
      cancel: [(future) => future.cancel(), 'CancelledError'],
    };
    for (const [settle, expected] of Object.values(ends)) {
      const future = create();
      const waits = [0, 1, 2, 3, 4].map(() =>
        setting.start(async () =>
          Promise.resolve(future.result({ timeout: 10_000 })).catch((reason: unknown) => (reason as Error).name),
        ),
      );
      await flush();
      settle(future);
      expect(new Set(await Promise.all(waits))).toEqual(new Set([expected]));
    }
  });
  row('gives the same outcome to all who ask, as often as they ask [FU-041]', async () => {
    const value = { own: 1 };
    const future = create();
    const asked = [future.result(), future.result()];
    future.setResult(value);
    for (const got of [...(await Promise.all(asked)), await future.result(), await future.result(), await future])
      expect(got).toBe(value);
    const error = new Error('failed');
    const failed = create();
    failed.setException(error);
    for (const _ of [1, 2, 3]) expect(await failure(() => failed.result())).toBe(error);
  });
  row('is awaited as its result is, and never turns a cancellation into a success [FU-044]', async () => {
    const error = new Error('failed');
    const { pending, running, cancelled, notified, failed, succeeded } = futuresInEachState(create, error);
    expect(await succeeded).toBe(42);
    expect(await failure(async () => failed)).toBe(error);
    for (const future of [cancelled, notified]) await failure(async () => future, 'CancelledError');
    let settled = 0;
    const count = (): void => {
      settled += 1;
    };
    for (const future of [pending, running]) future.then(count, count);
    await flush();
    expect(settled).toBe(0);
    pending.cancel();
    await failure(async () => pending, 'CancelledError');
    running.setResult('late');
    expect(await running).toBe('late');
    expect(await succeeded.then((value) => [value])).toEqual([42]);
  });
  row('counts errors that look false as errors [FU-023]', async () => {
    for (const error of [0, '', false, null, undefined, Number.NaN]) {
      const future = create();
      future.setException(error);
      const end = await Promise.resolve(future.result()).then(
        (value) => ['result', value],
        (reason: unknown) => ['error', reason],
      );
      expect(end).toEqual(['error', error]);
      expect(
        await Promise.resolve(future).then(
          () => 'result',
          () => 'error',
        ),
      ).toBe('error');
      expect(await future.exception()).toEqual(error);
    }
  });
  row('does not end the process when it fails and nobody looks [FU-043]', async () => {
    const seen: unknown[] = [];
    const onUnhandled = (reason: unknown): void => {
      seen.push(reason);
    };
    process.on('unhandledRejection', onUnhandled);
    try {
      const future = create();
      future.setRunningOrNotifyCancel();
      future.setException(new Error('nobody looks'));
      const cancelled = create();
      cancelled.cancel();
      await flush();
    } finally {
      process.off('unhandledRejection', onUnhandled);
    }
    expect(seen).toEqual([]);
  });
}
