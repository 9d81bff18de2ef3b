import { inspect } from 'node:util';
import { until } from '@weft/testkit';
import { expect } from 'vitest';
import type { ExecutorRows } from './executor.ts';
import { failure } from './failure.ts';

/** Adds the rows about single tasks. */
export function submitRows({ withExecutor, create, row, tasks }: ExecutorRows): void {
  withExecutor(
    'gives the result of a call with its arguments [FU-001, FU-028]',
    { maxWorkers: 2 },
    async (executor) => {
      const future = executor.submit(tasks.add, 2, 3);
      expect(await future).toBe(5);
      expect(await future.result()).toBe(5);
      expect(await future.exception()).toBe(undefined);
      expect([future.done(), future.running(), future.cancelled()]).toEqual([true, false, false]);
      expect(await executor.submit(tasks.addLater, 4, 5)).toBe(9);
    },
  );
  withExecutor('brings every kind of plain value there and back [API-6]', { maxWorkers: 1 }, async (executor) => {
    const values = [
      0,
      -0,
      1.5,
      Number.NaN,
      '',
      'ä',
      true,
      null,
      undefined,
      12n,
      [1, [2]],
      { a: { b: [1] } },
      new Map([[1, { x: 1 }]]),
      new Set(['a']),
      new Date(5),
      new Uint8Array([1, 2]),
    ];
    for (const value of values) expect(await executor.submit(tasks.identity, value)).toEqual(value);
  });
  withExecutor('refuses what is no function [FU-003]', { maxWorkers: 1 }, async (executor) => {
    const submit = executor.submit.bind(executor) as (...args: unknown[]) => unknown;
    await failure(async () => submit(), 'TypeError');
    await failure(async () => submit({ arg: 1 }), 'TypeError');
    await failure(async () => submit('square', 1), 'TypeError');
    expect(await executor.submit(tasks.square, 3)).toBe(9);
  });
  withExecutor(
    'refuses a function that the other side cannot find, at the call [FU-135, FU-137, API-8]',
    { maxWorkers: 1 },
    async (executor) => {
      const captured = Math.random();
      const closure = (): number => captured;
      for (const target of [closure, tasks.square.bind(undefined, 2), Math.max]) {
        await failure(async () => executor.submit(target as () => number), 'TargetError');
      }
      expect(await executor.submit(tasks.square, 3)).toBe(9);
    },
  );
  withExecutor(
    'runs several tasks at once, and no more than it has workers [FU-071, FU-100]',
    { maxWorkers: 2 },
    async (executor, makeGate) => {
      const gate = makeGate();
      const first = makeGate();
      const second = makeGate();
      const third = makeGate();
      const futures = [first, second, third].map((started) => executor.submit(tasks.pass, started.path, gate.path));
      await Promise.all([first.pass(), second.pass()]);
      await until(() => futures[0]?.running() && futures[1]?.running(), 'both run');
      expect([third.isOpen, futures[2]?.running()]).toEqual([false, false]);
      expect(executor.stats()).toMatchObject({ workers: 2, busy: 2, queued: 1 });
      gate.open();
      const workers = await Promise.all(futures);
      expect(new Set(workers).size).toBe(2);
    },
  );
  withExecutor(
    'takes fifteen times as many tasks as it has workers [FU-071, FU-100, FU-132]',
    { maxWorkers: 2 },
    async (executor) => {
      const workers = await Promise.all(Array.from({ length: 30 }, () => executor.submit(tasks.whichWorker)));
      expect(new Set(workers).size).toBeLessThanOrEqual(2);
      expect(executor.stats()).toMatchObject({ busy: 0, queued: 0, done: 30, failed: 0 });
    },
  );
  withExecutor('uses a worker again that is idle [FU-101, FU-132]', { maxWorkers: 3 }, async (executor) => {
    const workers = new Set<string>();
    for (const _ of [1, 2, 3]) workers.add(await executor.submit(tasks.whichWorker));
    expect(workers.size).toBe(1);
  });
  withExecutor(
    'cancels a task that has not started, and no other [FU-028, FU-030, FU-118]',
    { maxWorkers: 1 },
    async (executor, makeGate) => {
      const started = makeGate();
      const gate = makeGate();
      const running = executor.submit(tasks.pass, started.path, gate.path);
      const queued = Array.from({ length: 20 }, (_, index) => executor.submit(tasks.square, index));
      await started.pass();
      await until(() => running.running(), 'the first task runs');
      expect(running.cancel()).toBe(false);
      const tenth = queued[10];
      expect(tenth?.cancel()).toBe(true);
      expect([tenth?.cancelled(), tenth?.done()]).toEqual([true, true]);
      gate.open();
      await failure(async () => tenth, 'CancelledError');
      expect(await queued[19]).toBe(361);
      await running;
      expect(running.cancel()).toBe(false);
    },
  );
  withExecutor(
    'gives up waiting for a result in time, without stopping the task [FU-032, FU-033]',
    { maxWorkers: 1 },
    async (executor, makeGate) => {
      const started = makeGate();
      const gate = makeGate();
      const future = executor.submit(tasks.pass, started.path, gate.path);
      await failure(() => future.result({ timeout: 5 }), 'TimeoutError');
      gate.open();
      expect(await future.result({ timeout: 20_000 })).toEqual(expect.any(String));
    },
  );
  withExecutor(
    'drops a queued task whose signal aborts, and goes on [API-3]',
    { maxWorkers: 1 },
    async (executor, makeGate) => {
      const started = makeGate();
      const gate = makeGate();
      const running = executor.submit(tasks.pass, started.path, gate.path);
      await started.pass();
      const controller = new AbortController();
      const dropped = executor.with({ signal: controller.signal }).submit(tasks.square, 2);
      const kept = executor.submit(tasks.square, 3);
      controller.abort(new Error('not needed'));
      await failure(async () => dropped);
      gate.open();
      expect(await kept).toBe(9);
      await running;
    },
  );
  withExecutor(
    'ends a running task whose signal aborts or whose time is over, and replaces its worker [API-3]',
    { maxWorkers: 1 },
    async (executor, makeGate) => {
      const started = makeGate();
      const controller = new AbortController();
      const stuck = executor.with({ signal: controller.signal }).submit(tasks.spinForEver, started.path);
      await started.pass();
      controller.abort(new Error('enough'));
      await failure(async () => stuck);
      expect(await executor.submit(tasks.square, 3)).toBe(9);
      const again = makeGate();
      await failure(async () => executor.with({ timeout: 300 }).submit(tasks.spinForEver, again.path), 'TimeoutError');
      expect(await executor.submit(tasks.square, 4)).toBe(16);
    },
  );
  withExecutor(
    'starts tasks of a higher priority first, those of the same in order [API-3]',
    { maxWorkers: 1 },
    async (executor, makeGate) => {
      const started = makeGate();
      const gate = makeGate();
      const running = executor.submit(tasks.pass, started.path, gate.path);
      await started.pass();
      const order: string[] = [];
      const submit = (name: string, priority: number): PromiseLike<unknown> =>
        executor
          .with({ priority })
          .submit(tasks.identity, name)
          .then((done) => order.push(done));
      // More than are handed over early to a worker that is busy.
      const all = [submit('low', -1), ...['a', 'b', 'c', 'd'].map((name) => submit(name, 0)), submit('high', 5)];
      gate.open();
      await Promise.all([running, ...all]);
      expect(order.indexOf('high')).toBeLessThan(order.indexOf('d'));
      expect(order.at(-1)).toBe('low');
      expect(order.filter((name) => name.length === 1)).toEqual(['a', 'b', 'c', 'd']);
    },
  );
  row('refuses to have no workers [FU-020]', async () => {
    for (const maxWorkers of [0, -1]) await failure(async () => create({ maxWorkers }), 'RangeError');
    for (const maxWorkers of ['2', 1.5])
      await failure(async () => create({ maxWorkers: maxWorkers as never }), 'TypeError', 'RangeError');
  });
  withExecutor('names its class and its workers when it is printed [API-7]', { maxWorkers: 1 }, async (executor) => {
    await executor.submit(tasks.square, 2);
    expect(inspect(executor)).toMatch(/Executor.*\b1\b/s);
  });
}
