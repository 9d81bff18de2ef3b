import { Pool, ProcessPoolExecutor, Queue, TransferError, activeChildren, transfer } from '@weft/multiprocessing';
import { capped, leakCheck } from '@weft/testkit';
import { describe, expect, it } from 'vitest';
import * as tasks from './fixtures/pool-tasks.ts';

const bytes = new Uint8Array(8);

describe('initargs that cannot cross', () => {
  leakCheck();

  it.each<[path: string, argument: unknown]>([
    ['initargs[1]', () => 1],
    ['initargs[1].handlers.onDone', { handlers: { onDone: () => 1 } }],
    ['initargs[1].cause', new Error('x', { cause: Symbol('no') })],
    ['initargs[1].pixels', { pixels: transfer(bytes, [bytes.buffer]) }],
  ])('are refused when the pool is made: %s', (path, argument) => {
    const options = { initializer: tasks.greet as never, initargs: ['hello', argument] };
    for (const make of [() => new Pool(1, options), () => new ProcessPoolExecutor(options)]) {
      expect(make).toThrow(TransferError);
      expect(make).toThrow(`Cannot send ${path}: `);
    }
    expect([activeChildren(), bytes.length]).toEqual([[], 8]);
  });
});

it('calls the initializer of each worker with what is shared, however late it starts', async () => {
  const queue = new Queue<string>();
  await using executor = new ProcessPoolExecutor({
    maxWorkers: 1,
    maxTasksPerChild: 1,
    initializer: tasks.putWord,
    initargs: [queue, 'hello'],
  });
  for (let round = 0; round < 3; round += 1) expect(await capped(executor.submit(tasks.square, 3), 'a task')).toBe(9);
  expect(await Promise.all([1, 2, 3].map(() => queue.get({ timeout: 10_000 })))).toEqual(['hello', 'hello', 'hello']);
  queue.close();
});

it('is broken, and says why, if an argument of its initializer cannot be made again in the worker', async () => {
  await using executor = new ProcessPoolExecutor({
    maxWorkers: 1,
    initializer: tasks.greet as never,
    initargs: [new tasks.Trap('throw')],
  });
  const error = await capped(executor.submit(tasks.square, 3).exception(), 'it breaks');
  expect(error).toMatchObject({
    name: 'BrokenProcessPoolError',
    cause: { name: 'TransferError', cause: { message: 'no such value' } },
  });
});
