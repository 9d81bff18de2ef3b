import { inspect } from 'node:util';
import { Executor, type ExecutorStats, Future, type TaskOptions } from '@weft/core';
import { checkCount } from '@weft/core/lowlevel';
import { describe, expect, it } from 'vitest';

/** Calls at once, in this thread. */
class DirectExecutor extends Executor {
  readonly futures: Future[] = [];
  readonly hold: boolean;
  /** An argument with which nothing can be submitted. */
  refused: unknown;

  constructor(hold = false) {
    super();
    this.hold = hold;
  }

  submit<A extends unknown[], R>(target: (...args: A) => R, ...args: A): Future<Awaited<R>> {
    if (args.length > 0 && Object.is(args[0], this.refused)) throw new RangeError('refused');
    const future = new Future<Awaited<R>>();
    this.futures.push(future as Future<never> as Future);
    if (!this.hold) {
      try {
        future.setResult(target(...args) as Awaited<R>);
      } catch (error) {
        future.setException(error);
      }
    }
    return future;
  }

  async shutdown(): Promise<void> {}

  with(_options: TaskOptions): this {
    return this;
  }

  stats(): ExecutorStats {
    const none = { p50: 0, p95: 0, p99: 0, max: 0 };
    return {
      workers: 1,
      busy: 0,
      queued: 0,
      done: this.futures.length,
      failed: 0,
      utilisation: 0,
      waitTime: none,
      runTime: none,
    };
  }
}

const double = (x: number): number => x * 2;

describe('Executor', () => {
  it('prints how far a map is', async () => {
    const map = new DirectExecutor(true).map(double, [1, 2, 3], { buffersize: 2 });
    expect(inspect(map)).toBe('OrderedMap { 2 pending, more items }');
    await map.return?.();
    expect(inspect(map)).toBe('OrderedMap { 0 pending, no more items }');
  });

  it('refuses to call a function with what is no list of arguments', async () => {
    const executor = new DirectExecutor();
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    for (const bad of [null, 5, {}, proxy] as never[])
      expect(() => executor.starmap(double, [[1], bad])).toThrow(
        /^Cannot call a function with .*: it must be a list of arguments$/,
      );
    const results: number[] = [];
    for await (const result of executor.starmap(double, [[1], new Set([2]) as never])) results.push(result);
    expect(results).toEqual([2, 4]);
  });

  it('calls off what was submitted, and closes the items, if a map fails at the call', () => {
    for (const failing of [
      () => double(NaN),
      (): never => {
        throw new RangeError('no more');
      },
    ]) {
      const executor = new DirectExecutor(true);
      let closed = 0;
      const items = function* (): Generator<number> {
        try {
          yield* [1, 2];
          yield failing();
        } finally {
          closed += 1;
        }
      };
      executor.refused = NaN;
      expect(() => executor.map(double, items())).toThrow(RangeError);
      expect([executor.futures.map((future) => future.cancelled()), closed]).toEqual([[true, true], 1]);
    }
  });

  it('maps in order, and submits everything before it is asked [FU-004, FU-005]', async () => {
    const executor = new DirectExecutor();
    const results = executor.map(double, [1, 2, 3]);
    expect(executor.futures.length).toBe(3);
    const seen: number[] = [];
    for await (const result of results) seen.push(result);
    expect(seen).toEqual([2, 4, 6]);
  });

  it('takes no more items ahead than it may [FU-013, FU-014, FU-015]', async () => {
    const executor = new DirectExecutor();
    let pulled = 0;
    function* endless(): Generator<number> {
      for (;;) yield (pulled += 1);
    }
    const results = executor.map(double, endless(), { buffersize: 2 });
    for (let i = 1; i <= 3; i += 1) {
      expect(pulled).toBeLessThanOrEqual(i + 1);
      expect(await results.next()).toEqual({ done: false, value: i * 2 });
    }
    expect(await results.return?.()).toEqual({ done: true, value: undefined });
  });

  it('submits items that come one by one as they come, and gives results before the source ends [FU-013]', async () => {
    const executor = new DirectExecutor();
    const gates = [new Future(), new Future(), new Future()];
    const closed = new Future();
    async function* slow(): AsyncGenerator<number> {
      try {
        for (const [i, gate] of gates.entries()) {
          await gate;
          yield i;
        }
      } finally {
        closed.setResult(undefined);
      }
    }
    const results = executor.map(double, slow());
    gates[0]?.setResult(undefined);
    expect(await results.next()).toEqual({ done: false, value: 0 });
    const second = results.next();
    gates[1]?.setResult(undefined);
    expect(await second).toEqual({ done: false, value: 2 });
    // The source is asked for its third item, which does not come: leaving does not wait for that.
    expect(await results.return?.()).toEqual({ done: true, value: undefined });
    gates[2]?.setResult(undefined);
    await closed;
    expect(executor.futures.length).toBe(2);
  });

  it('gives the results that came before an asynchronous source failed, or time ran out', async () => {
    async function* failing(): AsyncGenerator<number> {
      yield 1;
      throw new RangeError('the source');
    }
    const results = new DirectExecutor().map(double, failing());
    expect(await results.next()).toEqual({ done: false, value: 2 });
    await expect(results.next()).rejects.toThrow('the source');
    expect(await results.next()).toEqual({ done: true, value: undefined });
    const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    await expect(new DirectExecutor().map(double, silent, { timeout: 1 }).next()).rejects.toThrow(/within 1 ms/);
  });

  it('cancels what has not started when it is left, fails, or is late [FU-007, FU-008, FU-010, FU-011]', async () => {
    for (const end of ['leave', 'late', 'fail'] as const) {
      const executor = new DirectExecutor(true);
      const results = executor.map(double, [1, 2, 3], end === 'late' ? { timeout: 1 } : {});
      if (end === 'fail') executor.futures[0]?.setException(new RangeError('no'));
      if (end === 'leave') await results.return?.();
      else await expect(results.next()).rejects.toThrow(end === 'late' ? /within 1 ms/ : /no/);
      expect(executor.futures.slice(1).every((future) => future.cancelled())).toBe(true);
      expect(await results.next()).toEqual({ done: true, value: undefined });
    }
  });

  it('checks what it is told [FU-016]', () => {
    const executor = new DirectExecutor();
    expect(() => executor.map(double, [1], { buffersize: 0 })).toThrow(RangeError);
    expect(() => executor.map(double, [1], { buffersize: 2.5 })).toThrow(TypeError);
    expect(() => executor.map(double, [1], { chunksize: -1 })).toThrow(RangeError);
    expect(() => executor.map(double, 5 as never)).toThrow(TypeError);
    expect(checkCount('n', Infinity, Infinity)).toBe(Infinity);
    expect(() => checkCount('n', Infinity)).toThrow(TypeError);
  });
});
