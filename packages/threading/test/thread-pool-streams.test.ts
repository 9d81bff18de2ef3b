import { BrokenThreadPoolError, ThreadPoolExecutor, TransferError } from '@weft/threading';
import { capped } from '@weft/testkit';
import { expect, it } from 'vitest';
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
