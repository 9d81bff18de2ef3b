import { expect } from 'vitest';
import type { ExecutorRows } from './executor.ts';
import { failure } from './failure.ts';

/** Adds the rows about starting workers and shutting down. */
export function executorLifeRows({ withExecutor, create, row, tasks }: ExecutorRows): void {
  withExecutor(
    'runs its initializer once in each worker, before the first task [FU-075, FU-133]',
    { maxWorkers: 2, initializer: tasks.initialise, initargs: ['a', { b: 1 }] },
    async (executor) => {
      for (const _ of [1, 2, 3]) expect(await executor.submit(tasks.initialisedWith)).toEqual([['a', { b: 1 }]]);
    },
  );
  withExecutor(
    'is broken when its initializer fails: pending and later tasks fail, each with an error of its own [FU-076, FU-097, FU-119]',
    { maxWorkers: 1, initializer: tasks.failToInitialise },
    async (executor) => {
      const futures = [executor.submit(tasks.square, 1), executor.submit(tasks.square, 2)];
      const errors = await Promise.all(futures.map((future) => failure(async () => future, ...BROKEN)));
      expect(errors[0]).not.toBe(errors[1]);
      await failure(async () => executor.submit(tasks.square, 3), ...BROKEN);
    },
  );
  row('refuses an initializer that is no function [FU-075, MP-221]', async () => {
    await failure(async () => {
      const executor = create({ maxWorkers: 1, initializer: 'no' as never });
      await executor.shutdown();
    }, 'TypeError');
  });
  row('waits for all its tasks when it is disposed of [FU-083]', async () => {
    const executor = create({ maxWorkers: 2 });
    const futures = Array.from({ length: 10 }, (_, index) => executor.submit(tasks.square, index));
    await executor[Symbol.asyncDispose]();
    expect(futures.map((future) => future.done())).toEqual(futures.map(() => true));
    expect(await Promise.all(futures)).toEqual(futures.map((_, index) => index * index));
  });
  row('finishes fifty queued tasks when it is shut down, and has no workers left [FU-073, FU-084]', async () => {
    const executor = create({ maxWorkers: 2 });
    const futures = Array.from({ length: 50 }, (_, index) => executor.submit(tasks.square, index));
    await executor.shutdown({ wait: true });
    expect(await Promise.all(futures)).toEqual(futures.map((_, index) => index * index));
    expect(executor.stats().workers).toBe(0);
  });
  row('cancels what has not started when it is told to, and finishes the rest [FU-085]', async (makeGate) => {
    const started = makeGate();
    const gate = makeGate();
    const executor = create({ maxWorkers: 1 });
    const running = executor.submit(tasks.pass, started.path, gate.path);
    const queued = Array.from({ length: 50 }, (_, index) => executor.submit(tasks.square, index));
    await started.pass();
    const down = executor.shutdown({ wait: true, cancelFutures: true });
    gate.open();
    await down;
    expect(await running).toEqual(expect.any(String));
    expect(queued.filter((future) => future.cancelled()).length).toBeGreaterThan(20);
    for (const future of queued) expect(future.done()).toBe(true);
    for (const future of queued) if (!future.cancelled()) expect(await future.exception()).toBe(undefined);
  });
  row(
    'comes back at once from a shutdown that does not wait, and its tasks still finish [FU-088]',
    async (makeGate) => {
      const started = makeGate();
      const gate = makeGate();
      const executor = create({ maxWorkers: 1 });
      const running = executor.submit(tasks.pass, started.path, gate.path);
      const queued = executor.submit(tasks.square, 7);
      await executor.shutdown({ wait: false });
      expect([running.done(), queued.done()]).toEqual([false, false]);
      gate.open();
      expect(await queued).toBe(49);
      await executor.shutdown({ wait: true });
    },
  );
  row('refuses tasks once it is shut down, which may be said several times [FU-092, FU-113]', async () => {
    const executor = create({ maxWorkers: 1 });
    expect(await executor.submit(tasks.square, 2)).toBe(4);
    await executor.shutdown({ wait: false });
    await executor.shutdown({ wait: true });
    await executor.shutdown({ wait: false, cancelFutures: true });
    await executor.shutdown();
    await failure(async () => executor.submit(tasks.square, 2), 'InvalidStateError');
    await failure(async () => executor.map(tasks.square, [2]).next(), 'InvalidStateError');
  });
  row('can be shut down before it had any task [FU-092]', async () => {
    const executor = create({ maxWorkers: 2 });
    await executor.shutdown({ wait: true });
    await create()[Symbol.asyncDispose]();
  });
  row('does not hang when many tasks are submitted and it is shut down at once [FU-026]', async () => {
    for (let round = 0; round < 5; round += 1) {
      const executor = create({ maxWorkers: 2 });
      const futures = Array.from({ length: 30 }, () => executor.submit(tasks.square, 2));
      await executor.shutdown({ wait: true });
      expect(futures.every((future) => future.done())).toBe(true);
    }
  });
  row('does not hang when a task is cancelled just before it is shut down [FU-090]', async () => {
    for (let round = 0; round < 5; round += 1) {
      const executor = create({ maxWorkers: 1 });
      const first = executor.submit(tasks.square, 2);
      const second = executor.submit(tasks.square, 3);
      second.cancel();
      await executor.shutdown({ wait: true });
      expect([first.done(), second.done()]).toEqual([true, true]);
    }
  });
  withExecutor('takes thousands of tasks in one turn [FU-131]', { maxWorkers: 2 }, async (executor) => {
    const futures = Array.from({ length: 2_000 }, (_, index) => executor.submit(tasks.square, index));
    const results = await Promise.all(futures);
    expect(results.every((result, index) => result === index * index)).toBe(true);
  });
}

/** What the errors of a broken executor are called. */
export const BROKEN: readonly string[] = ['BrokenExecutorError', 'BrokenThreadPoolError', 'BrokenProcessPoolError'];
