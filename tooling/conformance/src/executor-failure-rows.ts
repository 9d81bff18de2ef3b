import { flush } from '@weft/testkit';
import { expect } from 'vitest';
import { BROKEN } from './executor-life-rows.ts';
import type { ExecutorRows } from './executor.ts';
import { failure } from './failure.ts';

/** Adds the rows about tasks that fail, cannot cross, or end their worker. */
export function executorFailureRows({ withExecutor, tasks }: ExecutorRows): void {
  withExecutor(
    "gives a task's error with its class, its fields and its cause [FU-099, FU-124, FU-138]",
    { maxWorkers: 1 },
    async (executor) => {
      const future = executor.submit(tasks.fail, 'failed there');
      const error = await failure(async () => future, 'TypeError');
      expect(error).toBeInstanceOf(TypeError);
      expect(error).toMatchObject({ message: 'failed there', detail: 7 });
      expect(causesOf(error).some((cause) => cause instanceof RangeError && cause.message === 'the cause')).toBe(true);
      // The far stack is kept, in the error's own stack or in that of a cause.
      expect([error, ...causesOf(error)].map((one) => one.stack).join('\n')).toMatch(/tasks\.ts/);
      expect(await future.exception()).toBe(error);
      expect((await failure(async () => executor.submit(tasks.failLater, 'later'), 'RangeError')).message).toBe(
        'later',
      );
      expect(await executor.submit(tasks.square, 3)).toBe(9);
      expect(executor.stats()).toMatchObject({ failed: 2, queued: 0 });
    },
  );
  withExecutor('counts thrown values that look false as errors [FU-023]', { maxWorkers: 1 }, async (executor) => {
    for (const value of [0, '', null, undefined, false]) {
      const end = await executor.submit(tasks.throwValue, value).then(
        () => 'result',
        (error: unknown) => ['error', error],
      );
      expect(end).toEqual(['error', value]);
    }
  });
  withExecutor(
    'does not end the process when a task fails and nobody looks [FU-043]',
    { maxWorkers: 1 },
    async (executor) => {
      const seen: unknown[] = [];
      const onUnhandled = (reason: unknown): void => {
        seen.push(reason);
      };
      process.on('unhandledRejection', onUnhandled);
      try {
        executor.submit(tasks.fail, 'nobody looks');
        expect(await executor.submit(tasks.square, 3)).toBe(9);
        await flush();
      } finally {
        process.off('unhandledRejection', onUnhandled);
      }
      expect(seen).toEqual([]);
    },
  );
  withExecutor('fails only the task whose argument cannot cross [FU-120]', { maxWorkers: 1 }, async (executor) => {
    const throwing = {
      get value(): never {
        throw new Error('no value');
      },
    };
    await failure(async () => executor.submit(tasks.identity, () => {}), 'TransferError');
    const path = await failure(
      async () => executor.submit(tasks.identity, { handlers: { onDone: () => {} } }),
      'TransferError',
    );
    expect(path.message).toMatch(/handlers\.onDone/);
    await failure(async () => executor.submit(tasks.identity, throwing as unknown));
    await failure(async () => executor.submit(tasks.identity, Symbol('no')), 'TransferError');
    expect(await executor.submit(tasks.square, 3)).toBe(9);
  });
  withExecutor('fails only the task whose result cannot cross [FU-126]', { maxWorkers: 1 }, async (executor) => {
    await failure(async () => executor.submit(tasks.giveFunction), 'TransferError');
    expect(await executor.submit(tasks.square, 3)).toBe(9);
  });
  withExecutor(
    'ends as it should when a result cannot cross after it was shut down [FU-129]',
    { maxWorkers: 1 },
    async (executor) => {
      const futures = [executor.submit(tasks.giveFunction), executor.submit(tasks.square, 3)];
      await executor.shutdown({ wait: false });
      await failure(async () => futures[0], 'TransferError');
      expect(await futures[1]).toBe(9);
    },
  );
  withExecutor(
    'ends what is queued with large arguments when its worker ends [FU-130]',
    { maxWorkers: 1 },
    async (executor) => {
      const futures: PromiseLike<unknown>[] = [executor.submit(tasks.leave, 1)];
      for (let count = 0; count < 10; count += 1)
        futures.push(executor.submit(tasks.identity, new Uint8Array(4 * 2 ** 20)));
      const ends = await Promise.all(
        futures.map((future) =>
          future.then(
            () => 'result',
            (error: unknown) => (error as Error).name,
          ),
        ),
      );
      for (const end of ends) expect(['result', 'SystemExit', ...BROKEN]).toContain(end);
    },
  );
  withExecutor(
    'never loses the future of a task that ends its worker [FU-079, FU-123]',
    { maxWorkers: 1 },
    async (executor) => {
      await failure(async () => executor.submit(tasks.leave, 3), ...BROKEN, 'SystemExit');
    },
  );
  withExecutor(
    'fails what is queued behind a task that ends its worker, or runs it, and hangs in no case [FU-096, FU-122, FU-128]',
    { maxWorkers: 1 },
    async (executor) => {
      const futures = [
        executor.submit(tasks.leave, 1),
        executor.submit(tasks.square, 2),
        executor.submit(tasks.square, 3),
      ];
      const down = executor.shutdown({ wait: true });
      const ends = await Promise.all(
        futures.map((future) =>
          future.then(
            () => 'result',
            (error: unknown) => (error as Error).name,
          ),
        ),
      );
      await down;
      for (const end of ends) expect(['result', 'SystemExit', 'CancelledError', ...BROKEN]).toContain(end);
      expect(ends[0]).not.toBe('result');
    },
  );
}

function causesOf(error: Error): Error[] {
  const causes: Error[] = [];
  for (let cause = error.cause; cause instanceof Error && causes.length < 10; cause = cause.cause) causes.push(cause);
  return causes;
}
