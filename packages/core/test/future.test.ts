import { inspect } from 'node:util';
import { futureConformance } from '@weft/conformance';
import { CancelledError, Future, InvalidStateError, TimeoutError, asCompleted, wait } from '@weft/core';
import { describe, expect, it, vi } from 'vitest';

futureConformance('Future', { create: () => new Future(), wait: wait as never, asCompleted: asCompleted as never });

describe('Future', () => {
  it('prints what came of it also if that cannot be asked for its class', () => {
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const future = new Future();
    future.setException(proxy);
    expect(inspect(future)).toBe('Future { finished, raised object }');
    expect(() => future.setResult(1)).toThrow('Cannot set the result: Future { finished, raised object }');
  });

  it('prints its state and what came of it [FU-039]', () => {
    const futures = Array.from({ length: 5 }, () => new Future());
    const [pending, running, cancelled, failed, finished] = futures as [Future, Future, Future, Future, Future];
    running.setRunningOrNotifyCancel();
    cancelled.cancel();
    failed.setException(new RangeError('no'));
    finished.setResult(5);
    expect(futures.map((future) => inspect(future))).toEqual([
      'Future { pending }',
      'Future { running }',
      'Future { cancelled }',
      'Future { finished, raised RangeError }',
      'Future { finished, returned number }',
    ]);
    expect(inspect(pending)).toContain('pending');
  });

  it('is awaited as its result is: also what looks false, and what was cancelled [FU-023, FU-044]', async () => {
    for (const value of [0, '', null, undefined, false]) {
      const returned = new Future();
      const thrown = new Future();
      returned.setResult(value);
      thrown.setException(value);
      expect(await returned).toBe(value);
      expect(
        await thrown.then(
          () => 'returned',
          (error: unknown) => ['thrown', error],
        ),
      ).toEqual(['thrown', value]);
    }
    const cancelled = new Future();
    const waiting = cancelled.then();
    cancelled.cancel();
    await expect(waiting).rejects.toThrow(CancelledError);
    await expect(cancelled.then()).rejects.toThrow(CancelledError);
  });

  it('asks its executor whether it may be cancelled, and whether it runs', () => {
    let free = false;
    const future = new Future({ withdraw: () => free, isRunning: () => !free });
    expect([future.running(), future.cancel(), future.cancelled()]).toEqual([true, false, false]);
    free = true;
    expect([future.running(), future.cancel(), future.cancelled()]).toEqual([false, true, true]);
  });

  it('blocks only where something else than this thread can bring the result', () => {
    const plain = new Future();
    expect(() => plain.resultSync()).toThrow(InvalidStateError);
    plain.setResult(4);
    expect(plain.resultSync()).toBe(4);
    const driven: Future<number> = new Future<number>({
      withdraw: () => false,
      waitSync: (future) => future.setResult(6),
    });
    expect(() => driven.resultSync({ timeout: 0 })).toThrow(TimeoutError);
    expect(driven.resultSync()).toBe(6);
  });

  it('lets those who wait go on before it calls back, and calls back in order [FU-049, FU-050]', async () => {
    const order: string[] = [];
    const future = new Future<number>();
    const waiting = future.result().then(() => order.push('result'));
    future.addDoneCallback(() => order.push('first'));
    future.addDoneCallback(() => order.push('second'));
    future.setResult(1);
    await waiting;
    expect(order).toEqual(['first', 'second', 'result']);
  });

  it('reports what an async callback throws, which ends nothing', async () => {
    const reports: unknown[][] = [];
    const print = vi.spyOn(console, 'error').mockImplementation((...args: unknown[]) => void reports.push(args));
    const future = new Future<number>();
    const failure = new Error('later');
    future.addDoneCallback(async () => {
      await undefined;
      throw failure;
    });
    future.setResult(1);
    await new Promise((resolve) => setImmediate(resolve));
    print.mockRestore();
    expect(reports).toEqual([['A callback of a future failed:', failure]]);
  });

  it('reports what a progress callback throws, and goes on', () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    try {
      expect(() => new Future().addProgressCallback('no' as never)).toThrow(TypeError);
    } finally {
      error.mockRestore();
    }
  });
});
