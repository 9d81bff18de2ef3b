import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { ExecutorRows } from './executor.ts';
import { failure } from './failure.ts';

/** Adds the rows about mapping. */
export function mapRows({ withExecutor, tasks }: ExecutorRows): void {
  const collect = async <T>(results: AsyncIterable<T>): Promise<T[]> => {
    const collected: T[] = [];
    for await (const result of results) collected.push(result);
    return collected;
  };
  withExecutor(
    'maps as a loop does, in order, in chunks too [FU-004, FU-018, FU-019]',
    { maxWorkers: 2 },
    async (executor) => {
      const items = Array.from({ length: 40 }, (_, index) => index);
      const squares = items.map((item) => item * item);
      expect(await collect(executor.map(tasks.square, items))).toEqual(squares);
      for (const chunksize of [3, 40, 50])
        expect(await collect(executor.map(tasks.square, items, { chunksize }))).toEqual(squares);
      expect(
        await collect(
          executor.starmap(
            tasks.add,
            items.map((item): [number, number] => [item, 1]),
          ),
        ),
      ).toEqual(items.map((item) => item + 1));
      expect(await collect(executor.map(tasks.square, new Set([1, 2])))).toEqual([1, 4]);
    },
  );
  withExecutor('maps what comes asynchronously [FU-004]', { maxWorkers: 2 }, async (executor) => {
    async function* items(): AsyncGenerator<number> {
      for (const item of [1, 2, 3]) {
        await Promise.resolve();
        yield item;
      }
    }
    expect(await collect(executor.map(tasks.square, items()))).toEqual([1, 4, 9]);
  });
  withExecutor(
    'maps nothing to nothing, and refuses what is not iterable [FU-017]',
    { maxWorkers: 1 },
    async (executor) => {
      expect(await collect(executor.map(tasks.square, []))).toEqual([]);
      expect(await collect(executor.map(tasks.square, [], { buffersize: 2 }))).toEqual([]);
      await failure(async () => collect(executor.map(tasks.square, 5 as never)), 'TypeError');
    },
  );
  withExecutor('submits everything at once, without being iterated [FU-005]', { maxWorkers: 2 }, async (executor) => {
    const folder = mkdtempSync(join(tmpdir(), 'weft-map-'));
    try {
      const path = join(folder, 'notes');
      executor.map(
        tasks.note,
        ['a', 'b', 'c'].map((line): [string, string] => [path, line]),
      );
      await executor.shutdown({ wait: true });
      expect(readFileSync(path, 'utf8').split('\n').toSorted()).toEqual(['', 'a', 'b', 'c']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
  withExecutor(
    'throws an error at the place of its item, and is finished then [FU-006, FU-007]',
    { maxWorkers: 1 },
    async (executor) => {
      const results = executor.map(tasks.divide, [1, 2, 0, 4]);
      expect([await results.next(), await results.next()]).toEqual([
        { done: false, value: 100 },
        { done: false, value: 50 },
      ]);
      const error = await failure(() => results.next(), 'RangeError');
      expect(error.message).toBe('Cannot divide by 0');
      expect(await results.next()).toEqual({ done: true, value: undefined });
    },
  );
  withExecutor(
    'throws when a result is late, counted from the call [FU-008, FU-010]',
    { maxWorkers: 1 },
    async (executor, makeGate) => {
      const open = makeGate();
      open.open();
      // The first result has to be in time, which takes longer on a busy machine.
      for (let timeout = 100; ; timeout *= 2) {
        const shut = makeGate();
        const start = performance.now();
        const items: [string, number][] = [open, shut, shut].map(({ path }, index) => [path, index]);
        const results = executor.map(tasks.passWith<number>, items, { timeout });
        const first = await results.next().catch((error: unknown) => error as Error);
        if (!(first instanceof Error)) {
          expect(first).toEqual({ done: false, value: 0 });
          await failure(() => results.next(), 'TimeoutError');
        }
        expect(performance.now() - start).toBeGreaterThanOrEqual(timeout - 1);
        shut.open();
        if (!(first instanceof Error)) break;
        expect(first.name).toBe('TimeoutError');
      }
      await executor.shutdown({ wait: true });
      expect(executor.stats().queued).toBe(0);
    },
  );
  withExecutor(
    'cancels what has not started when it is left early [FU-010, FU-011]',
    { maxWorkers: 1 },
    async (executor, makeGate) => {
      const gate = makeGate();
      const folder = mkdtempSync(join(tmpdir(), 'weft-map-'));
      try {
        const path = join(folder, 'notes');
        const blocking = executor.submit(tasks.passWith<string>, [gate.path, 'first']);
        const results = executor.map(
          tasks.note,
          Array.from({ length: 20 }, (_, index): [string, string] => [path, `${index}`]),
        );
        await results.return?.();
        expect(await results.next()).toEqual({ done: true, value: undefined });
        gate.open();
        await blocking;
        await executor.submit(tasks.note, [path, 'end']);
        // A few may have been handed to the worker already.
        expect(readFileSync(path, 'utf8').trim().split('\n').length).toBeLessThan(10);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );
  withExecutor(
    'maps what never ends with a buffer, and takes no more than that ahead [FU-013, FU-014, FU-015]',
    { maxWorkers: 2 },
    async (executor) => {
      let pulled = 0;
      function* numbers(): Generator<number> {
        for (;;) {
          pulled += 1;
          yield pulled;
        }
      }
      const results = executor.map(tasks.square, numbers(), { buffersize: 2 });
      expect(pulled).toBeLessThanOrEqual(2);
      const taken: number[] = [];
      for await (const result of results) {
        taken.push(result);
        expect(pulled - taken.length).toBeLessThanOrEqual(2);
        if (taken.length === 5) break;
      }
      expect(taken).toEqual([1, 4, 9, 16, 25]);
    },
  );
  withExecutor(
    'refuses a buffersize or a chunksize below 1, or that is no whole number [FU-016, FU-018]',
    { maxWorkers: 1 },
    async (executor) => {
      for (const option of ['buffersize', 'chunksize']) {
        for (const value of [0, -1])
          await failure(async () => collect(executor.map(tasks.square, [1], { [option]: value })), 'RangeError');
        for (const value of ['foo', 2.5])
          await failure(
            async () => collect(executor.map(tasks.square, [1], { [option]: value as never })),
            'TypeError',
          );
      }
      await failure(async () => collect(executor.map(tasks.square, [1], { timeout: -1 })), 'RangeError');
    },
  );
}
