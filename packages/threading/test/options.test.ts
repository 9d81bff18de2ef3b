import {
  Barrier,
  BrokenThreadPoolError,
  LifoQueue,
  PriorityQueue,
  Queue,
  Thread,
  ThreadPoolExecutor,
  Timer,
} from '@weft/threading';
import { describe, expect, it } from 'vitest';
import { inc, leave } from './fixtures/pool-tasks.ts';

const BAD = [null, 5, 'x', [], inc] as never[];
const REFUSED = /^Cannot .* with .*: options must be an object$/;

const takers: Record<string, (options: never) => unknown> = {
  Thread: (options) => new Thread(options),
  Timer: (options) => new Timer(1, inc, options),
  Barrier: (options) => new Barrier(1, options),
  PriorityQueue: (options) => new PriorityQueue(0, options),
  ThreadPoolExecutor: (options) => new ThreadPoolExecutor(options),
};

describe('options that are no object', () => {
  it.each(Object.keys(takers))('are refused by a new %s: they would be ignored', (name) => {
    for (const bad of BAD) expect(() => takers[name]?.(bad)).toThrow(REFUSED);
  });

  it.each([Queue, LifoQueue, PriorityQueue])('do not shut a queue down: %o', (type) => {
    const queue = new type();
    for (const bad of BAD) expect(() => queue.shutdown(bad)).toThrow(REFUSED);
    queue.putNowait(1);
    expect(queue.getNowait()).toBe(1);
  });

  it('change nothing in an executor', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    for (const bad of BAD) {
      await expect(pool.shutdown(bad)).rejects.toThrow(REFUSED);
      await expect(pool.room(bad)).rejects.toThrow(REFUSED);
      expect(() => pool.with(bad)).toThrow(REFUSED);
      expect(() => pool.map(inc, [1], bad)).toThrow(REFUSED);
    }
    expect(() => pool.with(undefined as never)).toThrow(REFUSED);
    expect(await pool.submit(inc, 3)).toBe(4);
  });
});

it('refuses bounds on memory that are no object, in a thread as in a pool', () => {
  for (const resourceLimits of BAD) {
    const refused = /^Cannot use resourceLimits = .*: it must be an object$/;
    expect(() => new Thread({ target: inc, args: [1], resourceLimits })).toThrow(refused);
    expect(() => new ThreadPoolExecutor({ resourceLimits })).toThrow(refused);
  }
});

it('counts a thread or timer only if it can be made', () => {
  const numberOf = (thread: Thread<never>): number => Number(/\d+/.exec(thread.name)?.[0]);
  const before = numberOf(new Thread());
  expect(() => new Timer(-1, inc)).toThrow(RangeError);
  expect(() => new Thread({ args: 1 as never })).toThrow(TypeError);
  expect(numberOf(new Thread())).toBe(before + 1);
});

it('takes an option that is undefined for one that was left out: the pool outlives a worker', async () => {
  await using pool = new ThreadPoolExecutor({ maxWorkers: 1, onWorkerDeath: undefined });
  await expect(pool.submit(leave, 3)).rejects.toThrow(BrokenThreadPoolError);
  expect(await pool.submit(inc, 3)).toBe(4);
});
