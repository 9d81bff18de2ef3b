import { BrokenThreadPoolError, Event, Queue, ThreadPoolExecutor, TimeoutError, TransferError } from '@weft/threading';
import { capped, flush } from '@weft/testkit';
import { inspect } from 'node:util';
import { expect, it } from 'vitest';
import { collectGarbage } from './collect-garbage.ts';
import * as streams from './fixtures/pool-streams.ts';
import * as tasks from './fixtures/pool-tasks.ts';

it('notices that a worker died whose task before gave a stream late', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  const seen: number[] = [];
  for await (const item of await pool.submit(streams.countSoon, 3)) seen.push(item);
  expect(seen).toEqual([0, 1, 2]);
  const left = pool.submit(tasks.leave, 3);
  expect(await capped(left.exception(), 'the death to be noticed')).toBeInstanceOf(BrokenThreadPoolError);
});

it('prints how far a stream is', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  const stream = await pool.submit(streams.countSoon, 1);
  expect(inspect(stream)).toBe('PoolStream { open, 0 waiting }');
  const first = stream.next();
  expect(inspect(stream)).toBe('PoolStream { open, 1 waiting }');
  await capped(first, 'the first item');
  await stream.return(undefined);
  expect(inspect(stream)).toBe('PoolStream { ended, 0 waiting }');
});

it('fails nothing but the stream or task whose item, report or error cannot be made again', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  const stream = await pool.submit(streams.countTreacherously);
  expect(await capped(stream.next(), 'the first item')).toEqual({ done: false, value: 1 });
  await expect(capped(stream.next(), 'the second item')).rejects.toThrow(TransferError);
  expect(await capped(stream.next(), 'the end')).toEqual({ done: true, value: undefined });
  for (const target of [streams.reportTreacherously, streams.throwTreacherously])
    expect(await capped(pool.submit(target).exception(), 'the task to fail')).toBeInstanceOf(TransferError);
  expect(await capped(pool.submit(tasks.inc, 1), 'another task')).toBe(2);
});

it('fails nothing but the task whose result cannot be iterated', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  const before = await pool.submit(tasks.where);
  for (const future of [pool.submit(streams.giveUnreadable), pool.submit(streams.giveUnreadableSoon)])
    expect(await capped(future.exception(), 'the task to fail')).toBeInstanceOf(RangeError);
  expect(await capped(pool.submit(tasks.where), 'another task')).toBe(before);
});

it('gives a queue as it is, though it can be read item by item', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  const queue = await capped(pool.submit(streams.giveQueue), 'the queue');
  expect([queue instanceof Queue, queue.maxsize, queue.getNowait()]).toEqual([true, 2, 'made there']);
});

it('has an iterable clean up when an item of it cannot cross', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  const left = new Event();
  const stream = await pool.submit(streams.giveFunctions, left);
  await expect(capped(stream.next(), 'the item')).rejects.toThrow(TransferError);
  expect(await left.wait({ timeout: 10_000 })).toBe(true);
});

it('starts another worker while a stream that nobody reads yet occupies one', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 2 });
  const stream = await pool.submit(streams.countSoon, 2);
  expect(await capped(pool.submit(tasks.inc, 1), 'a task beside the stream')).toBe(2);
  const seen: number[] = [];
  for await (const item of stream) seen.push(item);
  expect([seen, pool.stats().workers]).toEqual([[0, 1], 2]);
  expect(await pool.submit(tasks.inc, 2)).toBe(3);
});

it('keeps nothing of a stream that was left early', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  const left: WeakRef<object>[] = [];
  for (let i = 0; i < 20; i += 1) {
    const stream = await pool.submit(tasks.count, 0, 5);
    left.push(new WeakRef(stream));
    for await (const _item of stream) break;
  }
  const remaining = (): number => {
    collectGarbage();
    return left.filter((stream) => stream.deref() !== undefined).length;
  };
  // The last one may still be in a variable.
  await expect.poll(remaining, { timeout: 10_000 }).toBeLessThan(3);
});

it('has a signal for streams too, alone in their worker or not', async () => {
  for (const concurrency of [1, 2]) {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1, concurrency });
    const seen: boolean[] = [];
    for await (const aborted of await pool.submit(streams.giveSignals)) seen.push(aborted);
    expect(seen).toEqual([false, false]);
  }
});

it('ends a stream whose signal aborts or whose time is over, with its worker if need be', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 1, graceTime: 20_000 });
  const before = await pool.submit(tasks.where);
  const controller = new AbortController();
  const aborted = new Event();
  const stream = await pool.with({ signal: controller.signal }).submit(streams.giveOneAndWait, aborted);
  expect(await capped(stream.next(), 'the first item')).toEqual({ done: false, value: 1 });
  const second = stream.next();
  controller.abort(new RangeError('enough'));
  await expect(capped(second, 'the second item')).rejects.toThrow('enough');
  await expect(capped(stream.next(), 'the third item')).rejects.toThrow('enough');
  expect(await aborted.wait({ timeout: 10_000 })).toBe(true);
  expect(await capped(pool.submit(tasks.where), 'the worker to be free')).toBe(before);

  await using strict = new ThreadPoolExecutor({ maxWorkers: 1, graceTime: 10 });
  const gone = await strict.submit(tasks.where);
  const late = await strict.with({ timeout: 1000 }).submit(streams.giveOneAndHang);
  expect(await capped(late.next(), 'the first item')).toEqual({ done: false, value: 1 });
  await expect(capped(late.next(), 'the second item')).rejects.toThrow(TimeoutError);
  expect(await capped(strict.submit(tasks.where), 'another worker')).not.toBe(gone);
});

it('ends a worker that an aborted stream or task does not leave, also when its pool is shut down meanwhile', async () => {
  for (const isStream of [true, false]) {
    const pool = new ThreadPoolExecutor({ maxWorkers: 1, graceTime: 300 });
    const [controller, begun] = [new AbortController(), new Event()];
    const aborted = pool.with({ signal: controller.signal });
    if (isStream) {
      const stream = await aborted.submit(streams.giveOneAndHang);
      expect(await capped(stream.next(), 'the first item')).toEqual({ done: false, value: 1 });
    } else {
      const future = aborted.submit(streams.setAndHang, begun);
      await capped(begun.wait(), 'the task has begun');
      controller.abort(new RangeError('enough'));
      await expect(capped(future.result(), 'the task')).rejects.toThrow('enough');
    }
    controller.abort(new RangeError('enough'));
    await capped(pool.shutdown(), 'the shutdown');
  }
});

it('reads a stream to its end that was begun before a shutdown, which waits for it', async () => {
  for (const wait of [false, true]) {
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    const stream = await pool.submit(tasks.count, 0, 5);
    const seen: number[] = [];
    let ended: Promise<void> | undefined;
    const read = async (): Promise<void> => {
      for await (const item of stream) {
        seen.push(item);
        ended ??= pool.shutdown({ wait });
      }
    };
    await capped(read(), 'the end of the stream');
    expect(seen).toEqual([0, 1, 2, 3, 4]);
    await capped(Promise.all([ended, pool.shutdown()]), 'the shutdown');
  }
});

it('waits in a shutdown until a loop has left its stream, and for nobody who asked for single items', async () => {
  const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
  let ended: Promise<void> | undefined;
  for await (const item of await pool.submit(tasks.countForEver, new Event())) {
    ended ??= pool.shutdown();
    if (item === 3) break;
  }
  await capped(ended as Promise<void>, 'the shutdown after a loop');

  const other = new ThreadPoolExecutor({ maxWorkers: 1 });
  const stream = await other.submit(tasks.count, 0, 5);
  expect(await stream.next()).toEqual({ done: false, value: 0 });
  await capped(other.shutdown(), 'the shutdown after single items');
  await expect(stream.next()).rejects.toThrow(BrokenThreadPoolError);
});

it('reads a stream to its end though nobody can reach its executor', async () => {
  const stream = await new ThreadPoolExecutor({ maxWorkers: 1 }).submit(tasks.count, 0, 20);
  const seen: number[] = [];
  for await (const item of stream) {
    seen.push(item);
    collectGarbage();
    await flush();
  }
  expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => i));
});
