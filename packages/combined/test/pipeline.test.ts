import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { BrokenExecutorError, CancelledError, TargetError } from '@weft/core';
import { asyncio, futures, type Settled, pipeline } from '@weft/combined';
import {
  currentLanguage,
  dieAtTwo,
  failOdd,
  failUnsendablyAtTwo,
  giveFunctionAtTwo,
  language,
  languageThroughout,
  square,
  squareLater,
} from './fixtures/work.ts';

function* count(n: number, taken: number[] = []): Generator<number> {
  for (let i = 0; i < n; i += 1) {
    taken.push(i);
    yield i;
  }
}

const later = async (x: number): Promise<number> => {
  await asyncio.sleep(0);
  return x + 1;
};

/** Waits until nothing more is taken. */
async function standstill(taken: readonly number[]): Promise<void> {
  for (let before = -1; before !== taken.length;) {
    before = taken.length;
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  }
}

describe('a pipeline', () => {
  it('calls the functions of all its stages, in tasks, threads and processes', async () => {
    const results = await pipeline(count(40))
      .async(later, { concurrency: 5 })
      .threads(square, { workers: 1 })
      .processes(squareLater, { workers: 1, chunksize: 8 })
      .collect();
    expect(results).toEqual(Array.from({ length: 40 }, (_, i) => (i + 1) ** 4));
  });

  it('takes the context variables of whoever runs it along to all its stages', async () => {
    await asyncio.run(async () => {
      language.set('Weft');
      const stages = [
        pipeline([1, 2]).async(languageThroughout),
        pipeline([1, 2]).threads(languageThroughout, { workers: 1, chunksize: 2 }),
        pipeline([1, 2]).processes(languageThroughout, { workers: 1, chunksize: 2 }),
      ];
      for (const stage of stages) expect(await stage.collect()).toEqual([1, 2].map(() => ['Weft', 'Weft', 'Weft']));
    });
    expect(await pipeline([1]).threads(currentLanguage, { workers: 1 }).collect()).toEqual(['none']);
  });

  it('keeps the order of the items, whatever finishes first', async () => {
    const gates = Array.from({ length: 6 }, () => Promise.withResolvers<void>());
    const results = pipeline(count(6))
      .async(
        async (i) => {
          await gates[i]?.promise;
          return i;
        },
        { concurrency: 6 },
      )
      .collect();
    for (const gate of gates.toReversed()) gate.resolve();
    expect(await results).toEqual([0, 1, 2, 3, 4, 5]);
  });

  it('lets timers fire while items are at hand', async () => {
    let fired = false;
    setImmediate(() => setTimeout(() => void (fired = true), 1));
    function* untilFired(): Generator<number> {
      for (let i = 0; i < 3_000_000 && !fired; i += 1) yield i;
    }
    const results = pipeline(untilFired()).async(async (i) => i, { concurrency: 4 });
    for await (const _ of results);
    expect(fired).toBe(true);
  });

  it('gives what is ready first when it need not keep the order', async () => {
    const gates = Array.from({ length: 3 }, () => Promise.withResolvers<void>());
    const running = pipeline(count(3)).async(
      async (i) => {
        await gates[i]?.promise;
        return i;
      },
      { concurrency: 3, ordered: false },
    );
    const iterator = running[Symbol.asyncIterator]();
    const first = iterator.next();
    gates[2]?.resolve();
    expect((await first).value).toBe(2);
    gates[0]?.resolve();
    expect((await iterator.next()).value).toBe(0);
    gates[1]?.resolve();
    expect((await iterator.next()).value).toBe(1);
    expect((await iterator.next()).done).toBe(true);
  });

  it('is held back by a slow last stage, down to the source', async () => {
    const taken: number[] = [];
    const gate = Promise.withResolvers<void>();
    const running = pipeline(count(10_000, taken))
      .async(later, { concurrency: 4, buffersize: 8 })
      .async(
        async (x) => {
          await gate.promise;
          return x;
        },
        { concurrency: 2, buffersize: 4 },
      );
    const first = running[Symbol.asyncIterator]();
    const result = first.next();
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(taken.length).toBeLessThanOrEqual(8 + 4 + 4);
    gate.resolve();
    expect((await result).value).toBe(1);
    await first.return?.();
    expect(taken.length).toBeLessThan(100);
  });

  it.each(['async', 'threads', 'processes'] as const)(
    'has a bounded number of items under way in %s',
    async (technique) => {
      const [chunksize, buffersize] = [8, 3];
      const taken: number[] = [];
      const done = { concurrency: 1, buffersize: 1 };
      const source = pipeline(count(10_000, taken));
      const squared = {
        async: () => source.async(square, { chunksize, buffersize }),
        threads: () => source.threads(square, { workers: 1, chunksize, buffersize }),
        processes: () => source.processes(square, { workers: 1, chunksize, buffersize }),
      };
      const running = squared[technique]().async((x) => x, done);
      // A stage holds its buffer, the chunk that it puts together, and the chunk that it gives from.
      const bound = (buffersize + 2) * chunksize + (done.buffersize + 2);
      let given = 0;
      let most = 0;
      for await (const result of running) {
        expect(result).toBe(given ** 2);
        given += 1;
        // The last stage is as slow as can be: nothing goes on until all the others stand still.
        if (given % 100 === 0) await standstill(taken);
        most = Math.max(most, taken.length - given);
      }
      expect(given).toBe(10_000);
      expect(most).toBeLessThanOrEqual(bound);
      expect(most).toBeGreaterThan(chunksize);
    },
  );

  it('holds no memory however many items go through', async () => {
    let sum = 0;
    const stats = await pipeline(count(200_000))
      .async(async (x) => x, { concurrency: 8 })
      .forEach((x) => {
        sum += x;
      });
    expect(sum).toBe((200_000 * 199_999) / 2);
    expect(stats).toMatchObject({ results: 200_000, ended: true });
  });

  it('passes on what the source throws, after the results before it', async () => {
    function* broken(): Generator<number> {
      yield 1;
      yield 2;
      throw new RangeError('no more');
    }
    const results: number[] = [];
    const running = async (): Promise<void> => {
      for await (const result of pipeline(broken()).async(later)) results.push(result);
    };
    await expect(running()).rejects.toThrow('no more');
    expect(results).toEqual([2, 3]);
  });

  it('is an async iterable of its source where it has no stage', async () => {
    expect(await pipeline([1, 2, 3]).collect()).toEqual([1, 2, 3]);
  });

  it('refuses a source that is none, a stage that is none, and bad numbers', () => {
    expect(() => pipeline(5 as never)).toThrow(TypeError);
    expect(() => pipeline([1]).async('x' as never)).toThrow(TypeError);
    expect(() => pipeline([1]).async(later, { concurrency: 0 })).toThrow(RangeError);
    expect(() => pipeline([1]).async(later, { retries: -1 })).toThrow(RangeError);
    expect(() => pipeline([1]).async(later, { onError: 'ignore' as never })).toThrow(RangeError);
    expect(() => pipeline([1]).threads(Math.abs)).toThrow(TargetError);
    expect(() => pipeline([1]).threads(square, { executor: 5 as never })).toThrow('Cannot use executor = 5');
    expect(() => pipeline([1], { signal: 5 as never })).toThrow('Cannot use signal = 5');
  });

  it('knows the type of its results', () => {
    const running = pipeline([1])
      .async(later)
      .async((x) => `${x}`, { onError: 'settle' });
    expectTypeOf(running.collect()).resolves.toEqualTypeOf<Settled<number, string>[]>();
  });
});

describe('an item that fails', () => {
  it('ends the pipeline with its error, after the results before it', async () => {
    const results: number[] = [];
    const running = async (): Promise<void> => {
      for await (const result of pipeline([0, 2, 3, 4]).async(async (x) => failOdd(x))) results.push(result);
    };
    await expect(running()).rejects.toThrow('odd: 3');
    expect(results).toEqual([0, 2]);
  });

  it('is left out', async () => {
    const running = pipeline(count(6)).threads(failOdd, { workers: 1, onError: 'skip', chunksize: 2 });
    expect(await running.collect()).toEqual([0, 2, 4]);
    expect(running.stats().stages[0]).toMatchObject({ taken: 6, given: 3, failed: 3, skipped: 3 });
  });

  it('is settled', async () => {
    const settled = await pipeline([2, 3])
      .async((x) => failOdd(x), { onError: 'settle' })
      .collect();
    expect(settled).toEqual([
      { status: 'fulfilled', value: 2 },
      { status: 'rejected', reason: new RangeError('odd: 3'), item: 3 },
    ]);
  });

  it('takes its worker along, and not the items after it', async () => {
    const dying = (onError: 'skip' | 'throw') =>
      pipeline(count(6)).processes(dieAtTwo, { workers: 1, chunksize: 2, onError });
    const running = dying('skip');
    expect(await running.collect()).toEqual([0, 1, 4, 5]);
    expect(running.stats().stages[0]).toMatchObject({ taken: 6, given: 4, failed: 2, skipped: 2, dropped: 0 });
    await expect(dying('throw').collect()).rejects.toThrow(BrokenExecutorError);
  });

  it('takes its chunk along where its result cannot cross', async () => {
    const settled = await pipeline([0, 1, 2, 3])
      .threads(giveFunctionAtTwo, { workers: 1, chunksize: 2, onError: 'settle' })
      .collect();
    expect(settled.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
  });

  it('is tried again', async () => {
    const tries = new Map<number, number>();
    const moody = async (x: number): Promise<number> => {
      tries.set(x, (tries.get(x) ?? 0) + 1);
      if ((tries.get(x) ?? 0) <= x) throw new Error(`not yet: ${x}`);
      return x;
    };
    const running = pipeline([0, 1, 2]).async(moody, { retries: 2 });
    expect(await running.collect()).toEqual([0, 1, 2]);
    expect(running.stats().stages[0]).toMatchObject({ retried: 3, failed: 0 });
    await expect(pipeline([5]).async(moody, { retries: 2 }).collect()).rejects.toThrow('not yet: 5');
  });
});

describe('a pipeline that is stopped', () => {
  it('cancels what is under way and closes its source', async () => {
    let closed = false;
    let ended = 0;
    function* source(): Generator<number> {
      try {
        for (let i = 0; ; i += 1) yield i;
      } finally {
        closed = true;
      }
    }
    const running = pipeline(source()).async(
      async (i) => {
        try {
          if (i > 0) await asyncio.sleep(60_000);
          return i;
        } finally {
          ended += 1;
        }
      },
      { concurrency: 3 },
    );
    for await (const first of running) {
      expect(first).toBe(0);
      break;
    }
    const [stage] = running.stats().stages;
    expect(closed).toBe(true);
    expect(ended).toBe((stage?.given ?? 0) + (stage?.dropped ?? 0));
  });

  it('begins no call once it is stopped, whatever it is about to do then', async () => {
    async function* source(): AsyncGenerator<number> {
      yield* count(20);
    }
    for (let hops = 0; hops < 16; hops += 1) {
      let active = 0;
      const work = async (x: number): Promise<number> => {
        active += 1;
        try {
          for (let turn = 0; turn < 2; turn += 1) await asyncio.sleep(0);
        } finally {
          active -= 1;
        }
        return x;
      };
      for await (const _ of pipeline(source()).async(work, { concurrency: 3 })) {
        for (let hop = 0; hop < hops; hop += 1) await undefined;
        break;
      }
      expect(active).toBe(0);
    }
  });

  it('leaves the rest of a chunk alone that it cancels', async () => {
    const controller = new AbortController();
    const begun: number[] = [];
    const collected = pipeline([0, 1, 2, 3], { signal: controller.signal })
      .async(
        async (i) => {
          begun.push(i);
          controller.abort(new Error('enough'));
          await asyncio.sleep(60_000);
        },
        { chunksize: 4 },
      )
      .collect();
    await expect(collected).rejects.toThrow('enough');
    expect(begun).toEqual([0]);
  });

  it('ends with the signal that aborts, with its reason', async () => {
    const controller = new AbortController();
    const collected = pipeline(count(3), { signal: controller.signal })
      .async(() => asyncio.sleep(60_000))
      .collect();
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error('enough'));
    await expect(collected).rejects.toThrow('enough');
  });

  it('ends with a signal that nothing else is there to wait for', async () => {
    const file = fileURLToPath(new URL('fixtures/program-with-signal.ts', import.meta.url));
    await asyncio.run(async () => {
      const program = await asyncio.createSubprocessExec(process.execPath, file, { stdout: asyncio.PIPE });
      const [output] = await program.communicate();
      expect(String(output)).toBe('TimeoutError\n');
    });
  });

  it('ends with the task that runs it', async () => {
    let cancelled = 0;
    const body = async (): Promise<void> => {
      try {
        await asyncio.sleep(60_000);
      } catch (error) {
        if (error instanceof CancelledError) cancelled += 1;
        throw error;
      }
    };
    await asyncio.run(async () => {
      const task = asyncio.createTask(() => pipeline(count(5)).async(body, { concurrency: 2 }).collect());
      await asyncio.sleep(5);
      task.cancel();
      await asyncio.wait([task]);
      expect(task.cancelled()).toBe(true);
    });
    expect(cancelled).toBe(2);
  });

  it.each([0, 1])('ends a wait for a result when it is left, with %i stages', async (stages) => {
    const silent: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }),
    };
    const controller = new AbortController();
    const running = pipeline(silent, { signal: controller.signal });
    if (stages > 0) running.async(later);
    const iterator = running[Symbol.asyncIterator]();
    const result = iterator.next();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(await result).toEqual({ done: true, value: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    const aborted = running.collect();
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
  });

  it('gives results in turn to those who ask at once', async () => {
    const iterator = pipeline(count(3)).async(later)[Symbol.asyncIterator]();
    const steps = await Promise.all(Array.from({ length: 5 }, () => iterator.next()));
    expect(steps.map(({ value }) => value as unknown)).toEqual([1, 2, 3, undefined, undefined]);
  });

  it.each(['threads', 'processes'] as const)(
    'settles an error that holds what cannot cross with its printed form, alone of its chunk, in %s',
    async (technique) => {
      const options = { workers: 1, chunksize: 3, onError: 'settle' } as const;
      const [first, second, third] = await pipeline([1, 2, 3])[technique](failUnsendablyAtTwo, options).collect();
      expect([first, third]).toEqual([1, 3].map((value) => ({ status: 'fulfilled', value })));
      const { reason } = second as { reason: RangeError & { retry: string } };
      expect(reason).toBeInstanceOf(RangeError);
      expect(reason.message).toBe('held fast');
      expect(reason.retry).toBe('[Function: retry]');
    },
  );

  it('waits for room in the queue of an executor that it was lent', async () => {
    await using executor = new futures.ThreadPoolExecutor({ maxWorkers: 1, maxQueueSize: 1 });
    const lent = { executor: executor.with({ priority: 1 }), workers: 4 };
    expect(await pipeline(count(20)).threads(square, lent).collect()).toEqual([...count(20)].map((i) => i * i));
  });

  it('tells what failed first, and ends its workers, also where the source cannot be closed', async () => {
    const unclosable: Iterable<number> = {
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: 1 }),
        return: () => {
          throw new Error('not closed');
        },
      }),
    };
    const failing = pipeline(unclosable).threads(failOdd, { workers: 1 }).async(later);
    await expect(failing.collect()).rejects.toThrow('odd: 1');
    expect(failing.stats().ended).toBe(true);
    const left = pipeline(unclosable).threads(square, { workers: 1 }).async(later);
    const iterator = left[Symbol.asyncIterator]();
    await iterator.next();
    await expect(iterator.return?.()).rejects.toThrow('not closed');
    expect(left.stats().ended).toBe(true);
  });

  it('does not wait for a source that never answers', async () => {
    const silent: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }),
    };
    const controller = new AbortController();
    const collected = pipeline(silent, { signal: controller.signal }).async(later).collect();
    await new Promise((resolve) => setImmediate(resolve));
    controller.abort(new Error('enough'));
    await expect(collected).rejects.toThrow('enough');
  });
});

it('shows its stages and how far it is', async () => {
  const running = pipeline(count(3)).async(later).threads(square, { name: 'squares', workers: 1 });
  expect(inspect(running)).toBe('Pipeline { async later → threads squares, not begun }');
  const iterator = running[Symbol.asyncIterator]();
  await iterator.next();
  expect(inspect(running)).toBe('Pipeline { async later → threads squares, running, 1 results }');
  await iterator.return?.();
  expect(inspect(running)).toBe('Pipeline { async later → threads squares, ended, 1 results }');
  expect(inspect(pipeline([]))).toBe('Pipeline { no stages, not begun }');
});

describe('a progress bar', () => {
  /** A stream that passes for a terminal, and what was written to it. */
  function terminal(): { stream: NodeJS.WriteStream; written: string[] } {
    const written: string[] = [];
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        written.push(String(chunk));
        done();
      },
    });
    return { stream: Object.assign(stream, { isTTY: true, columns: 80 }) as unknown as NodeJS.WriteStream, written };
  }

  it('is drawn for each run, and not before one begins', async () => {
    const { stream, written } = terminal();
    const running = pipeline([1, 2]).async(later).withProgressBar({ total: 2, stream });
    await import('cli-progress');
    await new Promise((resolve) => setImmediate(resolve));
    expect(written).toEqual([]);
    await running.collect();
    await expect.poll(() => written.join('')).toContain('2/2');
    written.length = 0;
    await running.collect();
    await expect.poll(() => written.join('')).toContain('2/2');
  });

  it('is not drawn where there is no terminal', async () => {
    const { stream, written } = terminal();
    await pipeline([1])
      .async(later)
      .withProgressBar({ stream: Object.assign(stream, { isTTY: false }) })
      .collect();
    expect(written).toEqual([]);
  });
});

describe('statistics', () => {
  it('name the bottleneck', async () => {
    const running = pipeline(count(40))
      .async(later, { name: 'quick', concurrency: 4 })
      .async(() => asyncio.sleep(2), { name: 'slow', concurrency: 1 });
    await running.collect();
    const { bottleneck, stages } = running.stats();
    expect(bottleneck).toBe('slow');
    expect(stages.map(({ name, technique, taken, given }) => ({ name, technique, taken, given }))).toEqual([
      { name: 'quick', technique: 'async', taken: 40, given: 40 },
      { name: 'slow', technique: 'async', taken: 40, given: 40 },
    ]);
  });

  it('are reported as progress, the end included', async () => {
    const reports: { results: number; ended: boolean }[] = [];
    const running = pipeline(count(10)).async(later);
    running.on('progress', ({ results, ended }) => reports.push({ results, ended }));
    await running.collect();
    expect(reports[0]).toEqual({ results: 1, ended: false });
    expect(reports.at(-1)).toEqual({ results: 10, ended: true });
  });
});
