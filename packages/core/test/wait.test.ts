import { inspect } from 'node:util';
import { Future, asCompleted, wait } from '@weft/core';
import { describe, expect, it } from 'vitest';

const callbacksOf = (future: Future): boolean => {
  let called = false;
  const probe = (): void => {
    called = true;
  };
  future.addDoneCallback(probe);
  future.removeDoneCallback(probe);
  future.setResult(1);
  return called;
};

it('refuses what is not a future, and what is not iterable', async () => {
  const futures = [new Future(), Promise.resolve()] as never;
  await expect(wait(futures)).rejects.toThrow('Cannot wait for Promise { undefined }: it is not a Future');
  expect(() => asCompleted(futures)).toThrow('Cannot wait for Promise { undefined }: it is not a Future');
  await expect(wait(undefined as never)).rejects.toThrow(
    'Cannot wait for the futures of undefined: it is not iterable',
  );
  expect(() => asCompleted(new Future() as never)).toThrow(/^Cannot wait for the futures of Future/);
});

describe('wait', () => {
  it('leaves nothing behind in the futures when its signal aborts or time is over', async () => {
    const futures = [new Future(), new Future()];
    const controller = new AbortController();
    const waiting = wait(futures, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    const { done, notDone } = await wait(futures, { timeout: 1 });
    expect([done.size, notDone.size]).toEqual([0, 2]);
    expect(futures.map((future) => callbacksOf(future))).toEqual([false, false]);
  });

  it('rejects at an aborted signal, also if it is not to wait, unless there is enough already', async () => {
    const pending = new Future();
    const signal = AbortSignal.abort(new Error('enough'));
    await expect(wait([pending], { signal, timeout: 0 })).rejects.toThrow('enough');
    pending.setResult(1);
    expect((await wait([pending], { signal, timeout: 0 })).done.size).toBe(1);
  });

  it('comes back when futures that were cancelled are all there are [FU-057]', async () => {
    const futures = [new Future(), new Future()];
    const waiting = wait(futures, { returnWhen: 'first-exception' });
    for (const future of futures) future.cancel();
    expect((await waiting).done.size).toBe(2);
  });
});

describe('asCompleted', () => {
  it('leaves nothing behind when the loop is left [FU-070]', async () => {
    const futures = [new Future(), new Future(), new Future()];
    futures[1]?.setResult('second');
    for await (const future of asCompleted(futures)) {
      expect(future).toBe(futures[1]);
      break;
    }
    expect([futures[0], futures[2]].map((future) => callbacksOf(future as Future))).toEqual([false, false]);
  });

  it('ends for all who asked when the last future was given', async () => {
    const futures = [new Future<number>(), new Future<number>()];
    const completions = asCompleted(futures);
    expect(inspect(completions)).toBe('Completions { 2 of 2 left }');
    const asked = Promise.all(Array.from({ length: 4 }, () => completions.next()));
    futures[1]?.setResult(1);
    futures[0]?.setResult(0);
    const given = await asked;
    expect(given.map(({ value }) => futures.indexOf(value as Future<number>))).toEqual([1, 0, -1, -1]);
    expect(given.map(({ done }) => done)).toEqual([false, false, true, true]);
  });

  it('says how many are unfinished when time is over [FU-066, FU-068]', async () => {
    const futures = Array.from({ length: 4 }, () => new Future());
    futures[0]?.setResult(0);
    futures[3]?.setResult(3);
    const seen: unknown[] = [];
    const loop = (async () => {
      for await (const future of asCompleted(futures, { timeout: 0 })) seen.push(await future);
    })();
    await expect(loop).rejects.toThrow(/2 \(of 4\)/);
    expect(seen).toEqual([0, 3]);
  });
});
