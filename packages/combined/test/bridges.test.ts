import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import {
  BrokenExecutorError,
  CancelledError,
  InvalidStateError,
  QueueShutDownError,
  TargetError,
  TimeoutError,
} from '@weft/core';
import {
  type Loop,
  asyncio,
  futures,
  getRunningLoop,
  runCoroutineThreadsafe,
  runInExecutor,
  threading,
  toProcess,
  toThread,
  wrapFuture,
} from '@weft/combined';
import {
  askAndBlock,
  askForFunction,
  askForLanguage,
  askForLastWords,
  askForUnsendable,
  askMain,
  askMainAndWait,
  cancelOnMain,
  failAtItsEnd,
  floodMain,
  serveLong,
  spinOnMain,
} from './fixtures/loop-clients.ts';
import {
  countCall,
  currentLanguage,
  echo,
  exitIf,
  fail,
  language,
  languageThroughout,
  pauseLater,
  pid,
  sleepLong,
  spinForEver,
  square,
} from './fixtures/work.ts';

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

const pool = new futures.ThreadPoolExecutor({ maxWorkers: 1 });
afterAll(() => pool.shutdown());

const bridges: [string, <A extends unknown[], R>(fn: (...args: A) => R, ...args: A) => Promise<Awaited<R>>][] = [
  ['toThread', toThread],
  ['toProcess', toProcess],
  ['runInExecutor', (fn, ...args) => runInExecutor(pool, fn, ...args)],
];

describe.each(bridges)('%s', (_name, call) => {
  it('gives what the function returns, and throws what it throws', async () => {
    expect(await call(square, 7)).toBe(49);
    await expect(call(fail, 7)).rejects.toThrow(new RangeError('no 7'));
  });

  it('takes the context variables along', async () => {
    await asyncio.run(async () => {
      language.set('Weft');
      expect(await call(currentLanguage)).toBe('Weft');
      expect(await call(languageThroughout)).toEqual(['Weft', 'Weft', 'Weft']);
    });
    expect(await call(currentLanguage)).toBe('none');
  });

  it('names the place of an argument or a context variable that cannot cross', async () => {
    const unsendable = { handlers: [() => 1] };
    await expect(call(echo, unsendable)).rejects.toThrow(/Cannot send args\[0\]\.handlers\[0\]:/);
    await asyncio.run(async () => {
      language.set('Weft');
      await expect(call(echo, unsendable)).rejects.toThrow(/Cannot send args\[0\]\.handlers\[0\]:/);
      language.set((() => 'Weft') as never);
      await expect(call(square, 7)).rejects.toThrow(/Cannot send args\[1\]\.context\.language:/);
    });
  });

  it('refuses a function that cannot be found, at the call', async () => {
    const local = (): number => 1;
    await expect(call(local)).rejects.toThrow(TargetError);
  });

  it('is cancelled with its task, and the pool works on', async () => {
    await asyncio.run(async () => {
      const task = asyncio.createTask(() => call(spinForEver));
      await asyncio.sleep(50);
      task.cancel();
      await asyncio.wait([task]);
      expect(task.cancelled()).toBe(true);
    });
    expect(await call(square, 3)).toBe(9);
  });

  it('ends with the timeout around it, and the pool works on', async () => {
    await asyncio.run(async () => {
      await expect(asyncio.timeout(30, () => call(sleepLong))).rejects.toThrow(TimeoutError);
    });
    expect(await call(square, 4)).toBe(16);
  });
});

it.each([
  ['toThread', toThread],
  ['toProcess', toProcess],
] as const)('%s fails the call whose worker dies, and no other', async (_name, call) => {
  const other = call(pauseLater, 50);
  await expect(call(exitIf, 1, 1)).rejects.toThrow(BrokenExecutorError);
  await other;
  expect(await call(square, 5)).toBe(25);
});

it('toProcess runs in another process, toThread in this one', async () => {
  expect(await toProcess(pid)).not.toBe(process.pid);
  expect(await toThread(pid)).toBe(process.pid);
});

it('a call that is cancelled while it is queued never runs', async () => {
  await asyncio.run(async () => {
    const first = asyncio.createTask(() => runInExecutor(pool, sleepLong));
    const second = asyncio.createTask(() => runInExecutor(pool, fail, 1));
    await asyncio.sleep(20);
    second.cancel();
    await asyncio.wait([second]);
    expect(second.cancelled()).toBe(true);
    first.cancel();
    await asyncio.wait([first]);
    expect(first.cancelled()).toBe(true);
  });
});

describe('a result in the instant of the cancelling', () => {
  /** An executor whose only call is settled by hand. */
  function executorOf<T>(future: futures.Future<T>): futures.Executor {
    const view = { submit: () => future };
    return { with: () => view } as unknown as futures.Executor;
  }

  it('is given, and the cancellation is delivered at the next wait', async () => {
    const steps: unknown[] = [];
    const future = new futures.Future<number>();
    const task = asyncio.createTask(async () => {
      steps.push(await runInExecutor(executorOf(future), square, 7));
      await asyncio.sleep(0);
      steps.push('went on');
    });
    await asyncio.sleep(0);
    future.setResult(49);
    task.cancel();
    await asyncio.wait([task]);
    expect(steps).toEqual([49]);
    expect(task.cancelled()).toBe(true);
  });

  it('is not waited for by wrapFuture if it is of no future', () => {
    expect(() => wrapFuture(5 as never)).toThrow('Cannot wrap 5: it is not a Future');
  });

  it('is what wrapFuture gives', async () => {
    const future = new futures.Future<number>();
    const task = wrapFuture(future);
    await asyncio.sleep(0);
    future.setResult(49);
    task.cancel();
    expect(await task).toBe(49);
  });

  it('is given, or the call is cancelled, and the pool works on, thousands of times', async () => {
    const calls = new Int32Array(new SharedArrayBuffer(8));
    let results = 0;
    let cancelled = 0;
    await using executor = new futures.ThreadPoolExecutor({ maxWorkers: 2 });
    await asyncio.run(async () => {
      for (let round = 0; round < 3_000; round += 1) {
        const task = asyncio.createTask(() => runInExecutor(executor, countCall, calls));
        // From before it is handed over to after its result is there.
        for (let turn = round % 7; turn > 0; turn -= 1) await nextTurn();
        task.cancel();
        await asyncio.wait([task]);
        if (task.cancelled()) cancelled += 1;
        else results += task.result() > 0 ? 1 : 0;
        if (round % 100 === 0) expect(await runInExecutor(executor, square, round)).toBe(round ** 2);
      }
    });
    expect(results + cancelled).toBe(3_000);
    expect(Atomics.load(calls, 0)).toBeGreaterThanOrEqual(results);
    expect(results).toBeGreaterThan(0);
    expect(cancelled).toBeGreaterThan(0);
  });
});

describe('wrapFuture', () => {
  it('follows a future', async () => {
    expect(await wrapFuture(pool.submit(square, 5))).toBe(25);
    await expect(wrapFuture(pool.submit(fail, 5))).rejects.toThrow('no 5');
  });

  it('cancels the future with the task', async () => {
    const future = new futures.Future<number>();
    const task = wrapFuture(future);
    await asyncio.sleep(0);
    task.cancel();
    await expect(task).rejects.toThrow(CancelledError);
    expect(future.cancelled()).toBe(true);
  });
});

describe('runCoroutineThreadsafe', () => {
  async function inThread<A extends unknown[]>(target: (...args: A) => unknown, ...args: A): Promise<void> {
    const thread = new threading.Thread({ target, args }).start();
    await thread.join();
  }

  it('runs a function on the loop of another thread, which may block for it', async () => {
    await asyncio.run(async () => {
      const answers = new threading.Queue<unknown>();
      await inThread(askMainAndWait, getRunningLoop(), answers, 6);
      expect(await answers.get()).toEqual({ result: 36, main: true });
    });
  });

  it('gives a future that can be awaited, and errors with their class', async () => {
    await asyncio.run(async () => {
      const answers = new threading.Queue<unknown>();
      await inThread(askMain, getRunningLoop(), answers);
      expect(await answers.get()).toEqual({ result: 81, error: 'RangeError: no 9' });
    });
  });

  it('cancels the task with the future', async () => {
    await asyncio.run(async () => {
      const answers = new threading.Queue<unknown>();
      await inThread(cancelOnMain, getRunningLoop(), answers);
      expect(await answers.get()).toBe(true);
      while (spinOnMain.running > 0) await asyncio.sleep(0);
    });
  });

  it('says what keeps a result from crossing', async () => {
    await asyncio.run(async () => {
      const answers = new threading.Queue<unknown>();
      await inThread(askForFunction, getRunningLoop(), answers);
      expect(await answers.get()).toMatch(/^TransferError: Cannot send/);
    });
  });

  it('takes the context variables of the thread that asks along, and none of the one that serves', async () => {
    await asyncio.run(async () => {
      language.set('another');
      const answers = new threading.Queue<unknown>();
      await inThread(askForLanguage, getRunningLoop(), answers);
      expect(await answers.get()).toEqual(['none', 'Weft', 'Weft', 'Weft']);
    });
  });

  it('lets a thread block for a result that is awaited too, and again after it gave up', async () => {
    await asyncio.run(async () => {
      const answers = new threading.Queue<unknown>();
      await inThread(askAndBlock, getRunningLoop(), answers);
      expect(await answers.get()).toEqual({
        results: Array.from({ length: 400 }, (_, x) => x * x),
        impatient: ['TimeoutError', 'TimeoutError', 'TimeoutError'],
      });
    });
  });

  it('gives an error whose fields cannot cross with their printed form', async () => {
    await asyncio.run(async () => {
      const answers = new threading.Queue<{ error: RangeError & { retry: string }; isRange: boolean }>();
      await inThread(askForUnsendable, getRunningLoop(), answers);
      const { error, isRange } = await answers.get();
      expect(isRange).toBe(true);
      expect(error.message).toBe('held fast');
      expect(error.retry).toBe('[Function: retry]');
    });
  });

  it('gives what a function threw when the end of the run cancelled it', async () => {
    const answers = new threading.Queue<unknown>();
    let thread: threading.Thread | undefined;
    await asyncio.run(async () => {
      thread = new threading.Thread({ target: askForLastWords, args: [getRunningLoop(), answers] }).start();
      await failAtItsEnd.begun.promise;
    });
    expect(await answers.get({ timeout: 10_000 })).toBe('RangeError: in its cleanup');
    await thread?.join();
  });

  it('leaves no request unanswered when the loop closes', async () => {
    const answers = new threading.Queue<Record<string, number>>();
    let thread: threading.Thread | undefined;
    await asyncio.run(async () => {
      const started = new threading.Event();
      thread = new threading.Thread({ target: floodMain, args: [getRunningLoop(), started, answers] }).start();
      await started.wait();
    });
    await thread?.join();
    const { asked, cancelled, late } = await answers.get();
    expect(cancelled).toBe(asked);
    expect(late).toBe(1);
  });

  it('has a loop for each of two runs side by side', async () => {
    const gate = Promise.withResolvers<void>();
    const first = asyncio.run(async () => {
      const loop = getRunningLoop();
      await gate.promise;
      return loop;
    });
    await asyncio.run(async () => {
      const loop = getRunningLoop();
      gate.resolve();
      expect(loop).not.toBe(await first);
      expect(getRunningLoop()).toBe(loop);
      const answers = new threading.Queue<unknown>();
      await inThread(askMain, loop, answers);
      expect(await answers.get()).toEqual({ result: 81, error: 'RangeError: no 9' });
    });
  });

  it('has a loop outside of any run that ends with its task, and leaves nothing running', async () => {
    const ask = async (): Promise<[unknown, Loop, boolean]> => {
      const answers = new threading.Queue<unknown>();
      const loop = getRunningLoop();
      await inThread(askMain, loop, answers);
      runCoroutineThreadsafe(sleepLong, loop);
      return [await answers.get(), loop, getRunningLoop() === loop];
    };
    const [[answer, loop, same], [, other]] = await Promise.all([asyncio.createTask(ask), asyncio.createTask(ask)]);
    expect(answer).toEqual({ result: 81, error: 'RangeError: no 9' });
    expect(same).toBe(true);
    expect(other).not.toBe(loop);
    while (asyncio.allTasks().size > 0) await nextTurn();
    expect(inspect(loop)).toBe('Loop { closed }');
    expect(() => runCoroutineThreadsafe(square, loop, 7)).toThrow(QueueShutDownError);
  });

  it('is cancelled where the thread of the loop dies, awaited as blocked for', async () => {
    const loops = new threading.Queue<Loop>();
    const thread = new threading.Thread({ target: serveLong, args: [loops] }).start();
    const loop = await loops.get();
    const awaited = runCoroutineThreadsafe(sleepLong, loop).result({ timeout: 10_000 });
    const dying = runCoroutineThreadsafe(exitIf, loop, 1, 1);
    expect(() => dying.resultSync({ timeout: 10_000 })).toThrow(CancelledError);
    await expect(awaited).rejects.toThrow(CancelledError);
    await thread.join();
    const late = runCoroutineThreadsafe(square, loop, 7).result({ timeout: 10_000 });
    await expect(late).rejects.toThrow(CancelledError);
  });

  it('finds a function of a program that is in its top-level await', async () => {
    const file = fileURLToPath(new URL('fixtures/program-with-loop.ts', import.meta.url));
    await asyncio.run(async () => {
      const program = await asyncio.createSubprocessExec(process.execPath, file, { stdout: asyncio.PIPE });
      const [output] = await program.communicate();
      expect(String(output)).toBe('42\n63\n');
    });
  });

  it('does not let its own thread block for a result', async () => {
    await asyncio.run(async () => {
      const future = runCoroutineThreadsafe(square, getRunningLoop(), 7);
      expect(() => future.resultSync({ timeout: 10_000 })).toThrow(InvalidStateError);
      expect(await future).toBe(49);
    });
    expect(() => runCoroutineThreadsafe(square, {} as never, 7)).toThrow('Cannot use loop = {}');
  });

  it('has no loop to offer outside of a task', () => {
    expect(() => getRunningLoop()).toThrow('inside of run()');
  });
});
