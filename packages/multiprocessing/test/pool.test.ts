import { cpus } from 'node:os';
import { setImmediate } from 'node:timers/promises';
import { inspect } from 'node:util';
import {
  BrokenProcessPoolError,
  InvalidStateError,
  RemoteTraceback,
  TargetError,
  TimeoutError,
  TransferError,
} from '@weft/core';
import { Pool, Process, activeChildren, setExecutable } from '@weft/multiprocessing';
import { FileGate, capped, deferred, flush, leakCheck, runScript, until } from '@weft/testkit';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as tasks from './fixtures/pool-tasks.ts';
import { throwUnreadable } from './fixtures/sharing.mjs';
import { collectGarbage } from './collect-garbage.ts';

leakCheck({ after: 'file' });

let pool: Pool;
const gates: FileGate[] = [];

function gate(): FileGate {
  const made = new FileGate();
  gates.push(made);
  return made;
}

beforeAll(() => {
  pool = new Pool(2);
});

afterAll(async () => {
  for (const made of gates) made[Symbol.dispose]();
  await pool[Symbol.asyncDispose]();
});

const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);
const squares = (count: number): number[] => numbers(count).map((x) => x * x);

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

describe('map', () => {
  it('gives the results in the order of the items, whatever the chunks [MP-177]', async () => {
    expect(await pool.map(tasks.square, numbers(10))).toEqual(squares(10));
    for (const chunksize of [1, 3, 20, 100, 1000])
      expect(await pool.map(tasks.square, numbers(100), { chunksize })).toEqual(squares(100));
    expect(await pool.map(tasks.square, new Set([1, 2, 3]))).toEqual([1, 4, 9]);
    expect(await pool.map(tasks.squareLater, numbers(10))).toEqual(squares(10));
  });

  it('cuts a list into four chunks for each worker, as Python does [MP-178]', async () => {
    await using four = new Pool(4);
    const calls = await four.map(tasks.countCalls, numbers(100));
    // Within a chunk the calls of one process follow each other.
    const sizes: number[] = [];
    let last: [number, number] | undefined;
    for (const call of calls) {
      const follows = last !== undefined && call[0] === last[0] && call[1] === last[1] + 1;
      if (follows && (sizes.at(-1) as number) < 7) sizes[sizes.length - 1] = (sizes.at(-1) as number) + 1;
      else sizes.push(1);
      last = call;
    }
    expect(sizes).toEqual([...Array.from({ length: 14 }, () => 7), 2]);
  });

  it('checks what it is told before it calls anything', async () => {
    for (const wrong of [null, undefined, 5, {}]) {
      const message = `Cannot map over ${String(wrong)}: it is not iterable`;
      await expect(pool.map(tasks.square, wrong as never)).rejects.toThrow(message);
      await expect(pool.starmap(tasks.add, wrong as never)).rejects.toThrow(message);
      expect(() => pool.mapAsync(tasks.square, wrong as never)).toThrow(message);
      expect(() => pool.imap(tasks.square, wrong as never)).toThrow(message);
    }
    await expect(pool.starmap(tasks.add, [[1, 2], 5] as never)).rejects.toThrow(
      'Cannot use items[1] = 5: it must be an array of arguments',
    );
    for (const args of [5, 'ab', null]) {
      expect(() => pool.applyAsync(tasks.square, args as never)).toThrow(
        `Cannot use ${args} as args: it must be an array`,
      );
    }
    for (const name of ['callback', 'errorCallback']) {
      const message = `Cannot use ${name} = 5: it must be a function`;
      expect(() => pool.applyAsync(tasks.square, [1], { [name]: 5 })).toThrow(message);
      expect(() => pool.mapAsync(tasks.square, [1], { [name]: 5 })).toThrow(message);
    }
    expect(() => new Pool(1, { maxtasksperchild: 0 })).toThrow('Cannot use maxtasksperchild = 0: it must be 1 or more');
  });

  it('makes no call if an item cannot cross, and names its place', async () => {
    await using fresh = new Pool(1);
    for (const chunksize of [1, 2, 10]) {
      await expect(fresh.map(tasks.countCalls, [1, 'b', 3, () => 4, 5] as never[], { chunksize })).rejects.toThrow(
        'Cannot send items[3]: items[3] is a function',
      );
      await expect(
        fresh.starmap(
          tasks.add,
          [
            [1, 2],
            [1, 2],
            [1, () => 2],
          ] as never[],
          { chunksize },
        ),
      ).rejects.toThrow('Cannot send items[2][1]: items[2][1] is a function');
      const results = fresh.imap(tasks.echo, [1, 2, 3, 4, () => 5], { chunksize });
      await expect(collect(results)).rejects.toThrow('Cannot send items[4]: items[4] is a function');
    }
    expect(await fresh.apply(tasks.countCalls)).toMatchObject({ 1: 1 });
  });

  it('computes the sums of squares of the tutorial, exactly [MP-229]', async () => {
    expect(await pool.map(tasks.sumOfSquares, [10 ** 5, 10 ** 6])).toEqual([333328333350000n, 333332833333500000n]);
  });

  it('carries numbers as they are, and results of any kind', async () => {
    const values = [0, -0, Number.NaN, Infinity, 1.5, 2 ** 53, -1];
    expect(await pool.map(tasks.echo, values, { chunksize: 7 })).toEqual(values);
    expect(await pool.map(tasks.isOdd, numbers(9), { chunksize: 4 })).toEqual(
      numbers(9).map((x) => (x % 2 === 1 ? true : x)),
    );
    expect(await pool.map(tasks.isOdd, [1, 2], { chunksize: 2 })).toEqual([true, 2]);
    expect(await pool.map(tasks.echo, [1, , 3], { chunksize: 3 })).toEqual([1, undefined, 3]);
    const things = ['text', { a: [1] }, null, undefined, 10n, new Map([[1, new Date(5)]]), new Float64Array([1, 2])];
    expect(await pool.map(tasks.echo, things, { chunksize: 3 })).toEqual(things);
    expect(await pool.apply(tasks.echo, [new Float64Array([1, 2, 3])])).toEqual(new Float64Array([1, 2, 3]));
  });

  it('spreads lists of arguments [MP-179, MP-180]', async () => {
    const pairs = numbers(20).map((x): [number, number] => [x, 1]);
    const sums = numbers(20).map((x) => x + 1);
    expect(await pool.starmap(tasks.add, pairs)).toEqual(sums);
    expect(await pool.starmap(tasks.add, pairs, { chunksize: 7 })).toEqual(sums);
    expect(await pool.starmapAsync(tasks.add, pairs).get()).toEqual(sums);
  });

  it('takes what comes asynchronously', async () => {
    async function* items(): AsyncGenerator<number> {
      yield* numbers(5);
    }
    expect(await pool.map(tasks.square, items())).toEqual(squares(5));
    expect(await collect(pool.imap(tasks.square, items(), { chunksize: 2 }))).toEqual(squares(5));
  });

  it('gives nothing for nothing [MP-201, MP-187]', async () => {
    expect(await pool.map(tasks.square, [])).toEqual([]);
    expect(await pool.starmap(tasks.add, [])).toEqual([]);
    expect(await pool.mapAsync(tasks.square, [], { chunksize: 10 }).get({ timeout: 100 })).toEqual([]);
    expect(await collect(pool.imap(tasks.square, []))).toEqual([]);
    expect(await collect(pool.imapUnordered(tasks.square, []))).toEqual([]);
  });

  it('throws what its items throw, and stays usable [MP-188, MP-203]', async () => {
    for (const at of [0, 3]) {
      function* items(): Generator<number> {
        for (let x = 0; ; x += 1) {
          if (x === at) throw new tasks.AppError('no more', 1);
          yield x;
        }
      }
      const error: unknown = await pool.map(tasks.square, items()).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(tasks.AppError);
      expect((error as Error).cause).toBe(undefined);
      expect(() => pool.mapAsync(tasks.square, items())).toThrow('no more');
    }
    expect(await pool.map(tasks.square, [3])).toEqual([9]);
  });

  it('makes all calls although one fails, and throws the first failure; what maps asynchronously comes back at once [MP-181, MP-205]', async () => {
    const held = gate();
    const result = pool.starmapAsync(tasks.passLater, [[gate().path, held.path]]);
    const failing = pool.mapAsync(tasks.parse, ['a', '1', 'b'], { chunksize: 1 });
    held.open();
    // Whichever failure came first.
    await expect(failing.get()).rejects.toThrow(/Cannot parse [ab]/);
    await result;
  });

  it('refuses a chunksize below 1 and targets that cannot be found [MP-200]', async () => {
    for (const chunksize of [0, -1]) {
      await expect(pool.map(tasks.square, [1], { chunksize })).rejects.toThrow(RangeError);
      expect(() => pool.imap(tasks.square, [1], { chunksize })).toThrow(RangeError);
      expect(() => pool.imapUnordered(tasks.square, [1], { chunksize })).toThrow(RangeError);
    }
    const captured = Math.random();
    expect(() => pool.applyAsync(() => captured)).toThrow(TargetError);
    expect(() => pool.imap(() => captured, [1])).toThrow(TargetError);
    await expect(pool.map(tasks.square, 5 as never)).rejects.toThrow(TypeError);
  });
});

describe('apply', () => {
  it('gives what the function returns, at once or later [MP-189]', async () => {
    expect(await pool.apply(tasks.square, [7])).toBe(49);
    expect(await pool.apply(tasks.add, [3, 4])).toBe(7);
    expect(await pool.apply(tasks.pid)).not.toBe(process.pid);
    expect(await pool.applyAsync(tasks.squareLater, [4]).get()).toBe(16);
    expect(await pool.applyAsync(tasks.square, [5])).toBe(25);
  });

  it('gives up waiting in time, while the task goes on [MP-190]', async () => {
    const held = gate();
    const result = pool.applyAsync(tasks.passLater, [gate().path, held.path]);
    await expect(result.get({ timeout: 0 })).rejects.toThrow(TimeoutError);
    await expect(result.get({ timeout: 5 })).rejects.toThrow(TimeoutError);
    await result.wait({ timeout: 5 });
    expect(result.ready()).toBe(false);
    expect(() => result.successful()).toThrow(RangeError);
    expect(inspect(result)).toBe('AsyncResult { pending }');
    held.open();
    expect(await result.get()).toEqual(expect.any(Number));
    expect([result.ready(), result.successful(), inspect(result)]).toEqual([true, true, 'AsyncResult { successful }']);
  });

  it('tells whether a task succeeded, and waits without throwing [MP-191, MP-192]', async () => {
    const result = pool.applyAsync(tasks.parse, ['a']);
    await result.wait();
    expect([result.ready(), result.successful(), inspect(result)]).toEqual([true, false, 'AsyncResult { failed }']);
    await expect(result.get()).rejects.toThrow('Cannot parse a');
  });

  it("gives a task's error with its class, its fields and the far stack [MP-202, MP-204]", async () => {
    const error: unknown = await pool.apply(tasks.failFor, [1, 1]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(tasks.AppError);
    expect(error).toMatchObject({ name: 'AppError', message: 'no 1', status: 401 });
    const { cause } = error as { cause: RemoteTraceback };
    expect(cause).toBeInstanceOf(RemoteTraceback);
    expect(cause.stack).toMatch(/SpawnPoolWorker-\d+[^]*pool-tasks\.ts:\d+/);
  });

  it('fails only the task whose argument or result cannot cross, as a pool cannot [MP-226]', async () => {
    expect(() => pool.applyAsync(tasks.echo, [() => {}])).toThrow(TransferError);
    await expect(pool.apply(tasks.giveFunction)).rejects.toThrow(TransferError);
    expect(() => pool.applyAsync(tasks.echo, [pool])).toThrow(TransferError);
    expect(await pool.apply(tasks.square, [2])).toBe(4);
  });

  it('fails only the task whose error cannot be read', async () => {
    const pool = new Pool(1);
    try {
      for (let i = 0; i < 2; i += 1)
        await expect(capped(pool.apply(throwUnreadable, []), 'the task fails')).rejects.toThrow(
          'Cannot read: a secret',
        );
      expect(await pool.apply(tasks.square, [3])).toBe(9);
    } finally {
      pool.terminate();
      await pool.join();
    }
  });

  it('carries large values there and back', async () => {
    const bytes = new Uint8Array(3_000_000).map((_, at) => at);
    expect(await pool.apply(tasks.sizeOf, [bytes])).toBe(3_000_000);
    expect(Buffer.compare(await pool.apply(tasks.echo, [bytes]), bytes)).toBe(0);
    const text = 'ünïcode '.repeat(100_000);
    expect(await pool.apply(tasks.echo, [text])).toBe(text);
    const both = await pool.apply(tasks.echo, [{ text, parts: [bytes, Buffer.from(bytes)] }]);
    expect(both.text).toBe(text);
    expect(both.parts.map((part) => [part.constructor.name, Buffer.compare(part, bytes)])).toEqual([
      ['Uint8Array', 0],
      ['Buffer', 0],
    ]);
  });
});

describe('callbacks', () => {
  it('get the whole list once, or the error, and never both [MP-182]', async () => {
    const calls: unknown[] = [];
    const callbacks = {
      callback: (value: unknown) => calls.push(value),
      errorCallback: (error: unknown) => calls.push((error as Error).message),
    };
    await pool.mapAsync(tasks.parse, ['1', '2'], callbacks).wait();
    await pool.mapAsync(tasks.parse, ['1', 'a'], callbacks).wait();
    await pool.applyAsync(tasks.parse, ['3'], callbacks).wait();
    await pool.applyAsync(tasks.parse, ['b'], callbacks).wait();
    await pool.starmapAsync(tasks.add, [[1, 2]], callbacks).wait();
    expect(calls).toEqual([[1, 2], 'Cannot parse a', 3, 'Cannot parse b', [3]]);
  });

  it('run before those who wait go on [MP-183]', async () => {
    let called = false;
    await pool.applyAsync(tasks.square, [2], { callback: () => (called = true) }).get();
    expect(called).toBe(true);
  });

  it.each([
    [
      'throw',
      () => {
        throw new Error('my own fault');
      },
    ],
    ['reject', () => Promise.reject(new Error('my own fault'))],
  ])('do no harm when they %s [MP-185]', async (_how, failing: () => unknown) => {
    const complaints: unknown[] = [];
    const { error } = console;
    console.error = (...words) => complaints.push(words.join(' '));
    try {
      expect(await pool.applyAsync(tasks.square, [2], { callback: failing })).toBe(4);
      await until(() => complaints.length > 0, 'the complaint');
    } finally {
      console.error = error;
    }
    expect(complaints).toEqual([expect.stringMatching(/callback of a pool failed.*my own fault/) as string]);
    expect(await pool.apply(tasks.square, [3])).toBe(9);
  });
});

describe('imap', () => {
  it('prints how far it is', async () => {
    const results = pool.imap(tasks.square, [1, 2]);
    expect(inspect(results)).toBe('ImapIterator { in order, 2 chunks pending, no more items }');
    for await (const _ of results);
    expect(inspect(results)).toBe('ImapIterator { in order, 0 chunks pending, no more items }');
    const asDone = pool.imapUnordered(tasks.square, numbers(1000));
    expect(inspect(asDone)).toMatch(/^ImapIterator \{ as they are done, \d+ chunks pending, more items \}$/);
    await asDone.return();
  });

  it('gives the results one by one in order, in chunks too', async () => {
    for (const chunksize of [1, 4, 100])
      expect(await collect(pool.imap(tasks.square, numbers(50), { chunksize }))).toEqual(squares(50));
  });

  it('takes no more than a little ahead from items that never end [MP-197]', async () => {
    let taken = 0;
    function* naturals(): Generator<number> {
      for (;;) yield taken++;
    }
    for (const results of [pool.imap(tasks.square, naturals()), pool.imapUnordered(tasks.square, naturals())]) {
      taken = 0;
      let got = 0;
      for await (const _ of results) {
        got += 1;
        expect(taken - got).toBeLessThanOrEqual(17);
        if (got === 100) break;
      }
      expect((await results.next()).done).toBe(true);
    }
  });

  it('yields what came before the items failed, and then throws [MP-194, MP-199]', async () => {
    function* items(): Generator<number> {
      yield* numbers(7);
      throw new tasks.AppError('no more', 1);
    }
    for (const [chunksize, whole] of [
      [1, 7],
      [2, 6],
      [4, 4],
    ] as const) {
      for (const results of [
        pool.imap(tasks.square, items(), { chunksize }),
        pool.imapUnordered(tasks.square, items(), { chunksize }),
      ]) {
        const got: number[] = [];
        const error = await (async () => {
          for await (const result of results) got.push(result);
        })().catch((reason: unknown) => reason);
        expect(error).toBeInstanceOf(tasks.AppError);
        expect(got.toSorted((a, b) => a - b)).toEqual(squares(whole));
      }
    }
  });

  it('goes on after the error of one element [MP-195]', async () => {
    const results = pool.imap(tasks.failAtOne, [0, 1, 2]);
    expect(await results.next()).toEqual({ done: false, value: 0 });
    await expect(results.next()).rejects.toThrow('no 1');
    expect(await results.next()).toEqual({ done: false, value: 2 });
    expect((await results.next()).done).toBe(true);
  });

  it('can be asked again after a result was late [MP-196]', async () => {
    const held = gate();
    const results = pool.imap(tasks.passIfFirst, [[0, held.path]]);
    await expect(results.next({ timeout: 5 })).rejects.toThrow(TimeoutError);
    held.open();
    expect(await results.next({ timeout: 20_000 })).toEqual({ done: false, value: 0 });
  });

  it('gives results as they are done, if they need not be in order [MP-198]', async () => {
    const held = gate();
    // Whose pace is not known yet: calls that were quick elsewhere are handed over ahead, also behind the one that is held.
    await using fresh = new Pool(2);
    const results = fresh.imapUnordered(
      tasks.passIfFirst,
      numbers(6).map((x): [number, string] => [x, held.path]),
    );
    const got: number[] = [];
    for await (const result of results) {
      got.push(result);
      if (got.length === 5) held.open();
    }
    expect(got.at(-1)).toBe(0);
    expect(got.toSorted()).toEqual(numbers(6));
  });

  it('gives each of several who wait a result, or an error, of its own', async () => {
    const results = pool.imap(tasks.failAtOne, [0, 1, 2], { chunksize: 1 });
    const got = await capped(Promise.allSettled([1, 2, 3, 4].map(() => results.next())), 'everyone has an answer');
    expect(got).toEqual([
      { status: 'fulfilled', value: { done: false, value: 0 } },
      { status: 'rejected', reason: expect.objectContaining({ message: 'no 1' }) as unknown },
      { status: 'fulfilled', value: { done: false, value: 2 } },
      { status: 'fulfilled', value: { done: true, value: undefined } },
    ]);
  });

  it('waits for items no longer than it may', async () => {
    const more = deferred();
    async function* items(): AsyncGenerator<number> {
      yield 1;
      await more.promise;
      yield 2;
    }
    const results = pool.imap(tasks.square, items());
    expect(await results.next()).toEqual({ done: false, value: 1 });
    await expect(capped(results.next({ timeout: 5 }), 'the time is over')).rejects.toThrow(
      'Cannot get the result within 5 ms',
    );
    const leaving = new AbortController();
    const left = results.next({ signal: leaving.signal });
    leaving.abort(new tasks.AppError('enough', 1));
    await expect(capped(left, 'the wait has ended')).rejects.toThrow('enough');
    const next = results.next();
    more.resolve();
    expect(await capped(next, 'the item came')).toEqual({ done: false, value: 4 });
    expect((await results.next()).done).toBe(true);
  });

  it('does nothing with an item that comes after it was left', async () => {
    const late = deferred<IteratorResult<number>>();
    const steps = [Promise.resolve({ done: false, value: 1 }), late.promise];
    const items = { [Symbol.asyncIterator]: () => ({ next: () => steps.shift() ?? Promise.reject(new Error('no')) }) };
    const results = pool.imap(tasks.echo, items);
    expect(await results.next()).toEqual({ done: false, value: 1 });
    await results.return();
    late.resolve({ done: false, value: 2 });
    await flush();
    expect(await results.next()).toEqual({ done: true, value: undefined });
  });

  it('lets go of the items when one of them cannot cross', async () => {
    let isLeft = false;
    function* items(): Generator<unknown> {
      try {
        yield 1;
        yield () => 2;
        yield 3;
      } finally {
        isLeft = true;
      }
    }
    const results = pool.imap(tasks.echo, items());
    expect(isLeft).toBe(true);
    expect(await results.next()).toEqual({ done: false, value: 1 });
    await expect(results.next()).rejects.toThrow(TransferError);
    expect((await results.next()).done).toBe(true);
  });
});

describe('the life of a pool', () => {
  it('starts as many processes as it is told, daemons with names of their own [MP-208, MP-225]', async () => {
    for (const processes of [0, -1]) expect(() => new Pool(processes)).toThrow(RangeError);
    expect(() => new Pool('2' as never)).toThrow(TypeError);
    const before = activeChildren().length;
    await using three = new Pool(3);
    expect(activeChildren().length - before).toBe(3);
    expect(await three.apply(tasks.self)).toEqual({
      name: expect.stringMatching(/^SpawnPoolWorker-[123]$/) as string,
      daemon: true,
    });
    const error: unknown = await three.apply(tasks.startChild).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(InvalidStateError);
    expect((error as Error).message).toMatch(/daemon/);
    expect(inspect(three)).toBe('Pool { 3 processes, running }');
  });

  it('has a worker for each core unless told otherwise [MP-209]', async () => {
    await using whole = new Pool();
    expect(inspect(whole)).toBe(`Pool { ${Math.max(1, cpus().length)} processes, running }`);
  });

  it('cannot be joined while it runs [MP-214]', async () => {
    await expect(pool.join()).rejects.toThrow(RangeError);
  });

  it('finishes what it has after it was closed, and takes no more [MP-213]', async () => {
    const closing = new Pool(1);
    const results = numbers(5).map((x) => closing.applyAsync(tasks.squareLater, [x]));
    closing.close();
    closing.close();
    expect(() => closing.applyAsync(tasks.square, [1])).toThrow(RangeError);
    await expect(closing.map(tasks.square, [1])).rejects.toThrow(/closed/);
    expect(() => closing.imap(tasks.square, [1])).toThrow(RangeError);
    await closing.join();
    expect(await Promise.all(results)).toEqual(squares(5));
    expect(inspect(closing)).toBe('Pool { 1 processes, closed }');
    closing.terminate();
    await closing.join();
  });

  it('goes through all items of what was begun before it was closed', async () => {
    async function* later(): AsyncGenerator<number> {
      for (const item of numbers(60)) {
        if (item % 7 === 0) await setImmediate();
        yield item;
      }
    }
    for (const items of [() => numbers(60), later]) {
      const closing = new Pool(2);
      const inOrder = closing.imap(tasks.squareLater, items());
      const asDone = closing.imapUnordered(tasks.squareLater, items(), { chunksize: 3 });
      closing.close();
      expect(await capped(collect(inOrder), 'all results are there')).toEqual(squares(60));
      expect((await capped(collect(asDone), 'all results are there')).toSorted((a, b) => a - b)).toEqual(squares(60));
      await capped(closing.join(), 'the pool is gone');
    }
  });

  it('can be joined before the results of what was begun are asked for', async () => {
    const closing = new Pool(2);
    const results = closing.imap(tasks.square, numbers(60));
    // Nobody will ask for these.
    closing.imap(tasks.square, numbers(60));
    closing.close();
    await capped(closing.join(), 'the pool is gone');
    expect(await capped(collect(results), 'all results are there')).toEqual(squares(60));
  });

  it('ends when an iterator without end is left after it was closed, or it is terminated', async () => {
    function* naturals(): Generator<number> {
      for (let item = 0; ; item += 1) yield item;
    }
    const closing = new Pool(1);
    const left = closing.imap(tasks.square, naturals());
    closing.close();
    for await (const result of left) if (result > 400) break;
    await capped(closing.join(), 'the pool is gone');

    const ending = new Pool(1);
    const results = ending.imap(tasks.square, naturals());
    ending.close();
    const joined = ending.join();
    expect(await results.next()).toEqual({ done: false, value: 0 });
    ending.terminate();
    await capped(joined, 'the pool is gone');
    await expect(capped(collect(results), 'the items have ended')).rejects.toThrow(BrokenProcessPoolError);
  });

  it('ends at once when it is terminated, however much is queued [MP-210]', async () => {
    const busy = new Pool(2);
    const started = gate();
    const result = busy.applyAsync(tasks.spinForEver, [started.path]);
    const queued = busy.mapAsync(tasks.square, numbers(10_000), { chunksize: 1 });
    await started.pass();
    busy.terminate();
    busy.terminate();
    await capped(busy.join(), 'the pool is gone');
    await expect(result.get()).rejects.toThrow(BrokenProcessPoolError);
    await queued.wait({ timeout: 0 });
  });

  it('ends those who wait for the items of an iterator when it is terminated', async () => {
    const ending = new Pool(1);
    async function* items(): AsyncGenerator<number> {
      yield 3;
      await deferred().promise;
    }
    const results = ending.imap(tasks.square, items());
    expect(await results.next()).toEqual({ done: false, value: 9 });
    const next = results.next();
    ending.terminate();
    await expect(capped(next, 'the wait has ended')).rejects.toThrow('Cannot submit a task: the pool was terminated');
    expect((await results.next()).done).toBe(true);
    await capped(ending.join(), 'the pool is gone');
  });

  it('is terminated at the end of its block [MP-211]', async () => {
    const started = gate();
    let result;
    let leaving: Pool;
    {
      await using block = new Pool(1);
      leaving = block;
      result = block.applyAsync(tasks.spinForEver, [started.path]);
      await started.pass();
    }
    await expect(result.get()).rejects.toThrow(BrokenProcessPoolError);
    expect(() => leaving.applyAsync(tasks.square, [1])).toThrow(RangeError);
    {
      using block = new Pool(1);
      leaving = block;
    }
    expect(() => leaving.applyAsync(tasks.square, [1])).toThrow(RangeError);
    await leaving.join();
  });

  it('replaces its workers after so many tasks [MP-217]', async () => {
    await using short = new Pool(3, { maxtasksperchild: 10 });
    const pids = await short.map(tasks.pid, numbers(100), { chunksize: 1 });
    const counts = new Map<number, number>();
    for (const pid of pids) counts.set(pid, (counts.get(pid) ?? 0) + 1);
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(10);
    expect(counts.size).toBeGreaterThanOrEqual(10);
    expect(() => new Pool(1, { maxtasksperchild: 0 })).toThrow(RangeError);
  });

  it('finishes its queue with workers that last one task each, closed or not [MP-218]', async () => {
    const short = new Pool(3, { maxtasksperchild: 1 });
    const results = numbers(6).map((x) => short.applyAsync(tasks.square, [x]));
    short.close();
    await short.join();
    expect(await Promise.all(results)).toEqual(squares(6));
  });

  it('runs its initializer in each worker before any task [MP-221]', async () => {
    await using polite = new Pool(2, { initializer: tasks.greet, initargs: ['hello'] });
    expect(new Set(await polite.map(tasks.greeted, numbers(20), { chunksize: 1 }))).toEqual(new Set(['hello']));
    expect(() => new Pool(1, { initializer: 'no' as never })).toThrow(TypeError);
  });

  it('is broken if its initializer fails, instead of trying for ever', async () => {
    await using sad = new Pool(2, { initializer: tasks.failToBegin });
    const error: unknown = await sad.apply(tasks.square, [1]).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(BrokenProcessPoolError);
    expect((error as Error).cause).toMatchObject({ name: 'AppError', message: 'no worker today', status: 500 });
    expect(inspect(sad)).toBe('Pool { 2 processes, broken }');
  });

  it('is broken if a worker ends by itself before it is ready, whatever its exit code, and says so', async () => {
    await using left = new Pool(1, { initializer: tasks.leave, initargs: [0] });
    await expect(left.apply(tasks.square, [1])).rejects.toMatchObject({
      name: 'BrokenProcessPoolError',
      message: expect.stringContaining('a worker ended with exit code 0 before it was ready') as string,
    });
  });

  it('replaces a worker that dies, and fails its task clearly [MP-223]', async () => {
    await using tough = new Pool(1);
    const deaths: [Promise<unknown>, RegExp][] = [
      [tough.apply(tasks.killSelf), /SIGKILL/],
      [tough.apply(tasks.leave, [3]), /exit code 3/],
      [tough.apply(tasks.abort), /SIGABRT/],
    ];
    const survivor = tough.apply(tasks.square, [3]);
    for (const [death, reason] of deaths) {
      const error: unknown = await death.catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(BrokenProcessPoolError);
      expect((error as Error).message).toMatch(reason);
    }
    expect(await survivor).toBe(9);
    await expect(tough.apply(tasks.leavePolitely, [2])).rejects.toMatchObject({ name: 'SystemExit', exitCode: 2 });
    expect(await tough.map(tasks.square, numbers(10))).toEqual(squares(10));
  });

  it.skipIf(process.platform !== 'linux')('has others make the calls that a dead worker had not begun', async () => {
    await using tough = new Pool(1);
    // So quick that many are handed over ahead.
    for (let call = 0; call < 100; call += 1) await tough.apply(tasks.killAt, [[call, -1]]);
    const victim = 150;
    const outcomes = await Promise.all(
      numbers(400).map((x) =>
        tough
          .applyAsync(tasks.killAt, [[x, victim]])
          .get()
          .catch((error: unknown) => error),
      ),
    );
    const failed = numbers(400).filter((x) => outcomes[x] !== x);
    expect(failed.at(-1)).toBe(victim);
    // Those that had returned, and whose results died with the worker.
    expect(failed).toEqual(numbers(failed.length).map((x) => victim + 1 - failed.length + x));
    for (const x of failed) expect(outcomes[x]).toBeInstanceOf(BrokenProcessPoolError);
  });

  it('replaces an idle worker that is killed [MP-223]', async () => {
    await using tough = new Pool(1);
    const first = await tough.apply(tasks.pid);
    process.kill(first, 'SIGKILL');
    await until(() => !activeChildren().some((child) => child.pid === first), 'the worker is gone');
    expect(await tough.apply(tasks.pid)).not.toBe(first);
  });

  it('keeps nothing of tasks that are done [MP-215]', async () => {
    let argument: object | undefined = { large: [1] };
    const watched = new WeakRef(argument);
    await pool.apply(tasks.echo, [argument]);
    argument = undefined;
    await until(() => {
      collectGarbage();
      return watched.deref() === undefined;
    }, 'the argument is collected');
  });

  it('is broken if its workers cannot be started [MP-224]', async () => {
    setExecutable('/nowhere/node');
    try {
      await using stillborn = new Pool(3);
      const error: unknown = await stillborn.apply(tasks.square, [1]).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(BrokenProcessPoolError);
      expect((error as Error).cause).toMatchObject({ message: expect.stringContaining('/nowhere/node') as string });
    } finally {
      setExecutable(process.execPath);
    }
  });

  it('warns when it is forgotten while it runs, and does not lose what was handed to it [MP-216]', async () => {
    const { stdout, stderr, exitCode } = await runScript(
      `
      import { Pool } from '@weft/multiprocessing';
      import * as tasks from '${new URL('fixtures/pool-tasks.ts', import.meta.url).href}';
      const warned = new Promise((resolve) => process.once('warning', resolve));
      const result = (() => new Pool(1).applyAsync(tasks.squareLater, [5]))();
      let over = false;
      void warned.then(() => { over = true; });
      while (!over) { gc(); await new Promise((resolve) => setTimeout(resolve, 1)); }
      console.log((await warned).name, await result);
    `,
      { execArgv: ['--expose-gc'] },
    );
    expect([stdout, exitCode]).toEqual(['ResourceWarning 25\n', 0]);
    expect(stderr).toMatch(/close or terminate it/);
  });

  it('has fifty workers if need be [MP-227]', { timeout: 120_000 }, async () => {
    await using large = new Pool(50);
    const total = (await large.map(tasks.square, numbers(1000))).reduce((sum, x) => sum + x, 0);
    expect(total).toBe(332_833_500);
  });
});

describe('children of tests', () => {
  it('are processes as any other', () => {
    expect(activeChildren().every((child) => child instanceof Process)).toBe(true);
  });
});
