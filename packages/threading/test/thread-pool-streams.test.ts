import { BrokenThreadPoolError, ThreadPoolExecutor } from '@weft/threading';
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
