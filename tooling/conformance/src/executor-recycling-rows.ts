import { expect } from 'vitest';
import type { ExecutorRows } from './executor.ts';
import { failure } from './failure.ts';

/** Adds the rows about workers that are replaced after some tasks. */
export function recyclingRows(
  { withExecutor, create, row, tasks }: ExecutorRows,
  option: 'maxTasksPerChild' | 'maxTasksPerWorker',
): void {
  withExecutor(
    'replaces a worker after as many tasks as it may run [FU-102]',
    { maxWorkers: 1, [option]: 3 },
    async (executor) => {
      const workers: string[] = [];
      for (const _ of [1, 2, 3, 4]) workers.push(await executor.submit(tasks.whichWorker));
      expect(new Set(workers.slice(0, 3)).size).toBe(1);
      expect(workers[3]).not.toBe(workers[0]);
    },
  );
  row('refuses a number of tasks for a worker that is below 1 or no whole number [FU-103]', async () => {
    for (const count of [0, -1]) await failure(async () => create({ maxWorkers: 1, [option]: count }), 'RangeError');
    for (const count of ['a', 1.5])
      await failure(async () => create({ maxWorkers: 1, [option]: count }), 'TypeError', 'RangeError');
  });
  for (const [maxWorkers, limit, count] of [
    [1, 2, 6],
    [2, 2, 8],
  ] as const) {
    withExecutor(
      `works off ${count} tasks with ${maxWorkers} workers that run ${limit} each [FU-105]`,
      { maxWorkers, [option]: limit },
      async (executor) => {
        const results = await Promise.all(
          Array.from({ length: count }, (_, index) => executor.submit(tasks.square, index)),
        );
        expect(results).toEqual(Array.from({ length: count }, (_, index) => index * index));
      },
    );
  }
  row('finishes all tasks when it is shut down while workers are to be replaced [FU-106]', async () => {
    const executor = create({ maxWorkers: 3, [option]: 1 });
    const futures = Array.from({ length: 6 }, (_, index) => executor.submit(tasks.square, index));
    await executor.shutdown({ wait: true });
    expect(await Promise.all(futures)).toEqual([0, 1, 4, 9, 16, 25]);
  });
  row('still replaces workers after a shutdown that does not wait [FU-107]', async (makeGate) => {
    const [started, gate] = [makeGate(), makeGate()];
    const executor = create({ maxWorkers: 1, [option]: 1 });
    const first = executor.submit(tasks.pass, started.path, gate.path);
    const rest = [1, 2, 3].map((item) => executor.submit(tasks.square, item));
    await started.pass();
    await executor.shutdown({ wait: false });
    gate.open();
    expect(await Promise.all(rest)).toEqual([1, 4, 9]);
    expect(await first).toEqual(expect.any(String));
    await executor.shutdown({ wait: true });
  });
}
