import {
  CancelledError,
  Event,
  Future,
  Queue,
  type Task,
  type TaskReport,
  TimeoutError,
  asCompleted,
  captureCallGraph,
  createTask,
  currentTask,
  run,
  shield,
  sleep,
  wait,
  waitFor,
} from '@weft/async';
import { describe, expect, it } from 'vitest';

import { inRun, thrownBy, turns } from './in-run.ts';
import { runProgram } from './program.ts';

const later =
  <T>(value: T, delay = 0) =>
  async (): Promise<T> => {
    await sleep(delay);
    return value;
  };
const failing =
  (error: Error, delay = 0) =>
  async (): Promise<never> => {
    await sleep(delay);
    throw error;
  };

describe('wait', () => {
  it(
    'takes any iterable, each future once [AS-203]',
    inRun(async () => {
      const [first, second] = [createTask(later(1)), createTask(later(2, 1))];
      function* futures(): Generator<PromiseLike<number>> {
        yield first;
        yield second;
        yield first;
      }
      const { done, pending } = await wait(futures());
      expect([...done]).toEqual([first, second]);
      expect(pending.size).toBe(0);
    }),
  );

  it(
    'refuses nothing, functions and unknown modes [AS-204]',
    inRun(async () => {
      expect(await thrownBy(() => wait([]))).toBeInstanceOf(RangeError);
      expect(await thrownBy(() => wait([(async () => 1) as never]))).toBeInstanceOf(TypeError);
      expect(await thrownBy(() => wait([Promise.resolve()], { returnWhen: 'some' as never }))).toBeInstanceOf(
        RangeError,
      );
      expect(await thrownBy(() => wait([Promise.resolve()], { timeout: -1 }))).toBeInstanceOf(RangeError);
    }),
  );

  it(
    'returns with the first that is done [AS-205]',
    inRun(async () => {
      const [fast, slow] = [createTask(later(1)), createTask(() => sleep(60_000))];
      const { done, pending } = await wait([fast, slow], { returnWhen: 'first-completed' });
      expect([[...done], [...pending]]).toEqual([[fast], [slow]]);
      slow.cancel();
    }),
  );

  it(
    'delivers failures in done, and returns with the first if asked to [AS-208]',
    inRun(async () => {
      const failed = createTask(failing(new Error('seen')));
      const slow = createTask(() => sleep(60_000));
      const { done, pending } = await wait([failed, slow], { returnWhen: 'first-exception' });
      expect([[...done], [...pending]]).toEqual([[failed], [slow]]);
      expect((failed.exception() as Error).message).toBe('seen');
      slow.cancel();
      const all = await wait([failed, createTask(later(1))]);
      expect(all.done.size).toBe(2);
      expect((await wait([failed], { returnWhen: 'first-exception' })).done.size).toBe(1);
    }),
  );

  it(
    'divides them when time is over, and cancels nothing [AS-209]',
    inRun(async () => {
      const gate = new Event();
      const [fast, slow] = [createTask(async () => true), createTask(() => gate.wait())];
      const { done, pending } = await wait([fast, slow], { timeout: 3 });
      expect([[...done], [...pending]]).toEqual([[fast], [slow]]);
      gate.set();
      expect(await slow).toBe(true);
      expect((await wait([fast, slow], { timeout: 60_000 })).pending.size).toBe(0);
    }),
  );

  it(
    'can be cancelled without cancelling what it waits for, and leaves nothing in it',
    inRun(async () => {
      const gate = new Event();
      const slow = createTask(() => gate.wait());
      const waiting = createTask(() => wait([slow]));
      await turns();
      waiting.cancel();
      expect(await thrownBy(() => waiting)).toBeInstanceOf(CancelledError);
      gate.set();
      expect(await slow).toBe(true);
    }),
  );

  it('reports no failure of a foreign promise, which the caller has in the answer', async () => {
    const reports: TaskReport[] = [];
    await run(
      async () => {
        const late = Promise.withResolvers<void>();
        const failed = Promise.reject(new Error('at once'));
        const { done, pending } = await wait([failed, late.promise], { returnWhen: 'first-completed' });
        expect([[...done], [...pending]]).toEqual([[failed], [late.promise]]);
        late.reject(new Error('later'));
        expect(await thrownBy(() => late.promise)).toMatchObject({ message: 'later' });
      },
      { unhandled: (report) => reports.push(report) },
    );
    expect(reports).toEqual([]);
  });
});

describe('asCompleted', () => {
  it(
    'gives futures in the order in which they are done [AS-210, AS-214]',
    inRun(async () => {
      const [first, second, third] = [new Future<string>(), new Future<string>(), new Future<string>()];
      const tasks = [createTask(async () => first), createTask(async () => second)];
      const seen: unknown[] = [];
      await turns();
      second.setResult('a');
      for await (const task of asCompleted<string>([...tasks, async () => third])) {
        seen.push(tasks.indexOf(task as never), await task);
        if (!first.done()) first.setResult('b');
        else if (!third.done()) third.setResult('c');
      }
      expect(seen).toEqual([1, 'a', 0, 'b', -1, 'c']);
    }),
  );

  it(
    'gives those that are done, then throws when time is over; the rest runs on [AS-211]',
    inRun(async () => {
      const gate = new Event();
      const [fast, slow] = [createTask(async () => true), createTask(() => gate.wait())];
      const seen: unknown[] = [];
      const error = await thrownBy(async () => {
        for await (const task of asCompleted([fast, slow], { timeout: 5 })) seen.push(task);
      });
      expect(error).toBeInstanceOf(TimeoutError);
      expect(seen).toEqual([fast]);
      gate.set();
      expect(await slow).toBe(true);
    }),
  );

  it(
    'removes its timer when all are done [AS-212]',
    inRun(async () => {
      for await (const task of asCompleted([later(1)], { timeout: 60_000 })) expect(await task).toBe(1);
    }),
  );

  it(
    'takes one given twice as one [AS-213]',
    inRun(async () => {
      const task = createTask(later(1));
      const seen: unknown[] = [];
      for await (const done of asCompleted([task, task])) seen.push(done);
      expect(seen).toEqual([task]);
    }),
  );

  it(
    'may be left and taken up again [AS-215]',
    inRun(async () => {
      const futures = ['a', 'b', 'c'].map(() => new Future<string>());
      const iterator = asCompleted(futures);
      const seen: string[] = [];
      futures[0]?.setResult('a');
      for await (const task of iterator) {
        seen.push(await task);
        break;
      }
      futures[1]?.setResult('b');
      futures[2]?.setResult('c');
      for await (const task of iterator) seen.push(await task);
      expect(seen).toEqual(['a', 'b', 'c']);
    }),
  );

  it('does not keep the process alive by its time once the loop is left', async () => {
    const begin = performance.now();
    const { stdout } = await runProgram(
      `for await (const future of asyncio.asCompleted([Promise.resolve(1), new Promise(() => {})], { timeout: 15_000 })) {
        console.log(await future);
        break;
      }`,
    );
    expect(stdout).toBe('1');
    expect(performance.now() - begin).toBeLessThan(10_000);
  });

  it(
    'gives what was done in time when its loop is taken up again, and nothing that was not',
    inRun(async () => {
      const [inTime, late] = [new Future<string>(), new Future<string>()];
      const results = asCompleted([Promise.resolve('first'), inTime, late], { timeout: 50 });
      for await (const future of results) {
        expect(await future).toBe('first');
        break;
      }
      inTime.setResult('in time');
      await sleep(60);
      late.setResult('late');
      const got: string[] = [];
      const error = await thrownBy(async () => {
        for await (const future of results) got.push(await future);
      });
      expect(got).toEqual(['in time']);
      expect(error).toBeInstanceOf(TimeoutError);
    }),
  );
});

describe('shield', () => {
  it(
    'passes results and errors on, and gives back what is done [AS-217]',
    inRun(async () => {
      expect(await shield(later('value'))).toBe('value');
      const boom = new Error('passed on');
      expect(await thrownBy(() => shield(failing(boom)))).toBe(boom);
      const done = createTask(async () => 1);
      await done;
      expect(shield(done)).toBe(done);
    }),
  );

  it('lets the inner task run on when the outer one is cancelled, and reports its later failure [AS-219]', async () => {
    const reports: string[] = [];
    const body = inRun(
      async () => {
        for (const failed of [false, true]) {
          const gate = new Event();
          const body = async (): Promise<string> => {
            await gate.wait();
            if (failed) throw new Error('later');
            return 'kept';
          };
          const inner = createTask(body, { name: 'inner' });
          const outer = createTask(async () => shield(inner));
          await turns();
          outer.cancel();
          expect(await thrownBy(() => outer)).toBeInstanceOf(CancelledError);
          expect(inner.done()).toBe(false);
          gate.set();
          await turns();
          expect([inner.done(), inner.cancelled()]).toEqual([true, false]);
        }
      },
      { unhandled: ({ message }) => reports.push(message) },
    );
    await body();
    expect(reports).toEqual(["Task 'inner' failed and nobody looked at it"]);
  });

  it('lets go of what it shields when it is cancelled: a failure is reported once, and not if somebody sees it', async () => {
    const reports: TaskReport[] = [];
    await run(
      async () => {
        const gate = new Event();
        const failing = (name: string): Task<never> =>
          createTask(
            async () => {
              await gate.wait();
              throw new Error(name);
            },
            { name },
          );
        const [lost, seen] = [failing('lost'), failing('seen')];
        for (let poll = 0; poll < 3; poll += 1) {
          for (const task of [lost, seen])
            expect(await thrownBy(() => waitFor(shield(task), 0))).toBeInstanceOf(TimeoutError);
        }
        expect(captureCallGraph(lost).awaitedBy).toEqual([]);
        gate.set();
        expect(await thrownBy(() => seen)).toMatchObject({ message: 'seen' });
        await turns();
      },
      { unhandled: (report) => reports.push(report) },
    );
    expect(reports.map(({ task }) => task)).toEqual(['lost']);
  });
});

describe('waitFor', () => {
  const stubborn = (log: string[]) => async (): Promise<string> => {
    try {
      await sleep(60_000);
    } catch (error) {
      await sleep(2);
      log.push('ended');
      throw error;
    }
    return 'never';
  };

  it(
    'waits until what it cancels has really ended, cancelled itself or out of time [AS-069, AS-070, AS-078]',
    inRun(async () => {
      for (const cancelled of [true, false]) {
        for (const kind of ['function', 'task']) {
          const log: string[] = [];
          const outer = createTask(() =>
            waitFor(kind === 'task' ? createTask(stubborn(log)) : stubborn(log), cancelled ? 60_000 : 1),
          );
          await turns();
          if (cancelled) outer.cancel();
          expect(await thrownBy(() => outer)).toBeInstanceOf(cancelled ? CancelledError : TimeoutError);
          expect(log).toEqual(['ended']);
        }
      }
    }),
  );

  it(
    'gives the result of what is done, with no time at all [AS-071]',
    inRun(async () => {
      const done = createTask(async () => 'done');
      await done;
      for (const delay of [0, -1]) expect(await waitFor(done, delay)).toBe('done');
    }),
  );

  it(
    'cancels and awaits what runs, with no time at all [AS-073]',
    inRun(async () => {
      for (const delay of [0, -1]) {
        const log: string[] = [];
        const task = createTask(stubborn(log));
        await turns();
        expect(await thrownBy(() => waitFor(task, delay))).toBeInstanceOf(TimeoutError);
        expect([log, task.cancelled()]).toEqual([['ended'], true]);
      }
    }),
  );

  it(
    'cancels the task when time is over, and just waits without a limit [AS-074, AS-075]',
    inRun(async () => {
      const task = createTask(() => sleep(60_000));
      expect(await thrownBy(() => waitFor(task, 1))).toBeInstanceOf(TimeoutError);
      expect(task.cancelled()).toBe(true);
      for (const limit of [null, Infinity]) expect(await waitFor(later('value', 1), limit)).toBe('value');
      expect(await waitFor(Promise.resolve('foreign'), 60_000)).toBe('foreign');
      expect(await thrownBy(() => waitFor(new Promise(() => {}), 1))).toBeInstanceOf(TimeoutError);
    }),
  );

  it(
    'gives a result that was set in the turn before the deadline [AS-076]',
    inRun(async () => {
      const future = new Future<string>();
      const deadline = performance.now() + 300;
      const waiting = createTask(() => waitFor(future, 300));
      await turns();
      future.setResult('in time');
      while (performance.now() < deadline + 1);
      expect(await waiting).toBe('in time');
    }),
  );

  it(
    'gives the value of what swallows the cancellation [AS-077]',
    inRun(async () => {
      const swallow = async (): Promise<string> => {
        await thrownBy(() => sleep(60_000));
        return 'swallowed';
      };
      expect(await waitFor(createTask(swallow), 1)).toBe('swallowed');
      expect(currentTask()?.cancelling()).toBe(0);
    }),
  );

  it(
    'throws the error of a cleanup instead of its own [AS-080]',
    inRun(async () => {
      const boom = new Error('cleanup');
      const body = async (): Promise<void> => {
        try {
          await sleep(60_000);
        } catch {
          throw boom;
        }
      };
      for (const delay of [0, 1]) {
        const task = createTask(body);
        await turns();
        expect(await thrownBy(() => waitFor(task, delay))).toBe(boom);
      }
    }),
  );

  it(
    'loses no cancellation that comes after the end of what it waits for and before it goes on [AS-083]',
    inRun(async () => {
      const future = new Future<string>();
      const outer = createTask(async () => {
        await waitFor(future, 60_000);
        await sleep(60_000);
      });
      await turns();
      future.setResult('done');
      outer.cancel();
      expect(await thrownBy(() => outer)).toBeInstanceOf(CancelledError);
    }),
  );

  it(
    'leaves what is shielded running [AS-084, AS-085, AS-086]',
    inRun(async () => {
      for (const delay of [0, 1, null]) {
        const inner = createTask(later('inner', 5));
        const end = waitFor(shield(inner), delay);
        if (delay === null) expect(await end).toBe('inner');
        else expect(await thrownBy(() => end)).toBeInstanceOf(TimeoutError);
        expect(await inner).toBe('inner');
      }
    }),
  );

  it(
    'takes no item from a queue when time is over',
    inRun(async () => {
      const queue = new Queue<number>();
      expect(await thrownBy(() => waitFor(() => queue.get(), 1))).toBeInstanceOf(TimeoutError);
      queue.putNowait(1);
      await turns();
      expect(queue.qsize()).toBe(1);
    }),
  );

  it(
    'stays cancelled when that comes while it waits for what a time of 0 has cancelled',
    inRun(async () => {
      const stubborn = createTask(async () => {
        await thrownBy(() => sleep(60_000));
        await sleep(60_000);
      });
      await turns();
      const task = createTask(() => waitFor(stubborn, 0));
      await turns();
      task.cancel('from outside');
      expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
      expect([task.cancelled(), stubborn.cancelled()]).toEqual([true, true]);
    }),
  );
});
