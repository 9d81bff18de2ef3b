import { expect, vi } from 'vitest';
import type { FutureLike } from './future.ts';
import type { Define } from './suite.ts';

/** Adds the rows about done callbacks. */
export function callbackRows<F extends FutureLike>(row: Define, create: () => F): void {
  const ends: Record<string, (future: F) => unknown> = {
    result: (future) => future.setResult('value'),
    error: (future) => future.setException(new Error('failed')),
    cancel: (future) => future.cancel(),
  };
  row('calls back with itself on a result, an error and a cancellation [FU-045]', () => {
    for (const settle of Object.values(ends)) {
      const future = create();
      const called: unknown[] = [];
      future.addDoneCallback((done) => called.push(done === future, done.done()));
      expect(called).toEqual([]);
      settle(future);
      expect(called).toEqual([true, true]);
    }
  });
  row('calls back before addDoneCallback returns when it is done already [FU-046]', () => {
    for (const settle of Object.values(ends)) {
      const future = create();
      settle(future);
      const called: unknown[] = [];
      future.addDoneCallback((done) => called.push(done === future));
      expect(called).toEqual([true]);
    }
  });
  row('calls back in the order in which callbacks were added, each once [FU-049]', async () => {
    const future = create();
    const called: string[] = [];
    for (const name of ['first', 'second', 'third']) future.addDoneCallback(() => called.push(name));
    future.setRunningOrNotifyCancel();
    expect(called).toEqual([]);
    future.setResult('value');
    await future;
    expect(called).toEqual(['first', 'second', 'third']);
  });
  row('reports what a callback throws, and calls the others all the same [FU-047]', () => {
    const future = create();
    const called: string[] = [];
    future.addDoneCallback(() => called.push('before'));
    future.addDoneCallback(() => {
      throw new Error('boom in a callback');
    });
    future.addDoneCallback(() => called.push('after'));
    const report = reported(() => future.setResult('value'));
    expect(called).toEqual(['before', 'after']);
    expect(report).toMatch(/boom in a callback/);
  });
  row('reports what a late callback throws, and not to the one who adds it [FU-048]', () => {
    const future = create();
    future.setResult('value');
    const report = reported(() =>
      future.addDoneCallback(() => {
        throw new Error('late boom');
      }),
    );
    expect(report).toMatch(/late boom/);
  });
  row('has its outcome when callbacks run, and wakes those who wait as well [FU-050, FU-051]', async () => {
    const future = create();
    const waiting = future.result();
    const seen: unknown[] = [];
    future.addDoneCallback((done) => seen.push(done.done(), done.running()));
    future.setResult('value');
    expect(seen).toEqual([true, false]);
    expect(await waiting).toBe('value');
  });
}

/** What is written to the console meanwhile. */
function reported(body: () => void): string {
  const spies = (['error', 'warn'] as const).map((level) => vi.spyOn(console, level).mockImplementation(() => {}));
  try {
    body();
    return spies
      .flatMap((spy) => spy.mock.calls)
      .flat()
      .map((part: unknown) => (part instanceof Error ? part.message : String(part)))
      .join(' ');
  } finally {
    for (const spy of spies) spy.mockRestore();
  }
}
