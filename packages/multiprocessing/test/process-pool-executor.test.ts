import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import { executorConformance, futureConformance } from '@weft/conformance';
import { BrokenProcessPoolError, InvalidStateError, TransferError, wait } from '@weft/core';
import {
  Future,
  type ProcessEvent,
  ProcessPoolExecutor,
  type ProcessPoolExecutorOptions,
  type TaskOptions,
  activeChildren,
  asCompleted,
  reportProgress,
  taskSignal,
} from '@weft/multiprocessing';
import { FileGate, capped, flush, leakCheck, runScript, until } from '@weft/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { collectGarbage } from './collect-garbage.ts';
import * as tasks from './fixtures/pool-tasks.ts';

leakCheck();

executorConformance('ProcessPoolExecutor', { create: (options = {}) => new ProcessPoolExecutor(options as never) });
futureConformance('Future', {
  create: () => new Future(),
  wait: wait as never,
  asCompleted: asCompleted as never,
});

const gates: FileGate[] = [];

function gate(): FileGate {
  const made = new FileGate();
  gates.push(made);
  return made;
}

afterEach(() => {
  for (const made of gates.splice(0)) made[Symbol.dispose]();
});

const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

async function failureOf(promise: PromiseLike<unknown>): Promise<Error> {
  return (await promise.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  )) as Error;
}

describe('a broken ProcessPoolExecutor', () => {
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    it(`fails what is pending and what comes when a process is ended by ${signal} [FU-096, FU-097]`, async () => {
      await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
      const started = gate();
      const pid = await executor.submit(tasks.pid);
      const futures = [
        executor.submit(tasks.spinForEver, started.path),
        executor.submit(tasks.square, 2),
        executor.submit(tasks.square, 3),
      ];
      await started.pass();
      process.kill(pid, signal);
      const errors = await Promise.all(futures.map(failureOf));
      for (const error of errors) expect(error).toBeInstanceOf(BrokenProcessPoolError);
      expect(new Set(errors).size).toBe(3);
      expect(errors[0]?.message).toContain(signal);
      expect(() => executor.submit(tasks.square, 4)).toThrow(BrokenProcessPoolError);
    });
  }

  it('names the exit code of the process [FU-098, FU-123]', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 2 });
    const error = await failureOf(executor.submit(tasks.leave, 99));
    expect(error).toBeInstanceOf(BrokenProcessPoolError);
    expect(error.message).toMatch(/exit code 99/);
    expect(() => executor.submit(tasks.square, 4)).toThrow(/exit code 99/);
  });

  it('breaks when a process crashes, also after shutdown was called [FU-122, FU-128]', async () => {
    const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    const future = executor.submit(tasks.killSelf);
    const down = executor.shutdown();
    expect(await failureOf(future)).toBeInstanceOf(BrokenProcessPoolError);
    await down;
  });

  it('breaks cleanly when a process crashes while large arguments are on their way [FU-130]', async () => {
    const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    const large = new Uint8Array(4 << 20);
    const futures = [executor.submit(tasks.killSelf), ...numbers(10).map(() => executor.submit(tasks.sizeOf, large))];
    const errors = await Promise.all(futures.map(failureOf));
    for (const error of errors) expect(error).toBeInstanceOf(BrokenProcessPoolError);
    await executor.shutdown();
  });

  it('is broken if a process ends or crashes while it decodes a task [FU-121]', async () => {
    for (const state of ['exit', 'abort']) {
      await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
      expect(await failureOf(executor.submit(tasks.echo, new tasks.Trap(state)))).toBeInstanceOf(
        BrokenProcessPoolError,
      );
    }
  });

  it('is broken if a process ends while it encodes a result [FU-125]', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    expect(await failureOf(executor.submit(tasks.makeTrap, 'exit on the way'))).toBeInstanceOf(BrokenProcessPoolError);
  });

  it('has the error of the initializer as cause [FU-119]', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1, initializer: tasks.failToBegin });
    const error = await failureOf(executor.submit(tasks.square, 1));
    expect(error).toBeInstanceOf(BrokenProcessPoolError);
    expect(error.cause).toMatchObject({ name: 'AppError', message: 'no worker today' });
  });
});

describe('a task of a ProcessPoolExecutor', () => {
  it('fails alone if it cannot be decoded, or its result not encoded [FU-121, FU-126, FU-139]', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    expect(await failureOf(executor.submit(tasks.echo, new tasks.Trap('throw')))).toMatchObject({
      name: 'TransferError',
      cause: { message: 'no such value' },
    });
    expect(await failureOf(executor.submit(tasks.makeTrap, 'throw on the way'))).toMatchObject({
      name: 'TransferError',
      cause: { message: 'not this one' },
    });
    expect(await failureOf(executor.submit(tasks.makeTrap, 'throw'))).toMatchObject({
      name: 'TransferError',
      cause: { message: 'no such value' },
    });
    expect(await executor.submit(tasks.square, 3)).toBe(9);
  });

  it('may give what is waited for as a promise is, and does not behave as one', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    for (const call of [
      (kind: number) => executor.submit(tasks.thenable, kind),
      (kind: number) => executor.submit(tasks.thenable, String(kind)),
      (kind: number) => executor.submit(tasks.thenable as (...args: unknown[]) => unknown, kind, 'more'),
    ]) {
      await expect(call(0)).rejects.toThrow('then cannot be read');
      await expect(call(1)).rejects.toThrow('then cannot be called');
      expect(await call(2)).toBe('done');
    }
    expect(await executor.submit(tasks.square, 3)).toBe(9);
  });

  it.each<[string, ProcessPoolExecutorOptions, TaskOptions]>([
    ['one at a time', {}, {}],
    ['several at a time', { concurrency: 3 }, {}],
    ['watched', {}, { priority: 1, timeout: 60_000 }],
  ])('takes texts of every kind and length, and gives them back as they were: %s', async (_how, options, how) => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1, ...options });
    const units = ['a', '\u00e9', '\u65e5', '\u{1f600}', '\ud800', '\0'];
    const texts = [
      '',
      ...units,
      ...[1_023, 32_767, 32_768, 70_000].flatMap((n) => units.map((unit) => unit.repeat(n))),
    ];
    const view = executor.with(how);
    // The first ones come before the worker is there; later ones are called where they lie.
    for (const round of [1, 2]) {
      const back = await Promise.all(texts.map((text) => view.submit(tasks.echo, text)));
      for (const [at, text] of texts.entries()) expect(back[at] === text, `text ${at} in round ${round}`).toBe(true);
    }
  });

  it('has its text as an error where it throws one', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    expect(await executor.submit(tasks.parse, '42')).toBe(42);
    expect(await failureOf(executor.submit(tasks.parse, 'forty-two'))).toMatchObject({
      name: 'RangeError',
      message: 'Cannot parse forty-two',
    });
  });

  it('takes large values again and again, none of which changes later', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 2 });
    const size = 5 << 20;
    const answers = await Promise.all(
      numbers(6).map((at) => executor.submit(tasks.echo, new Uint8Array(size).fill(at))),
    );
    for (const [at, bytes] of answers.entries()) {
      expect(bytes.length).toBe(size);
      expect(Buffer.from(bytes.buffer).equals(Buffer.alloc(size, at)), `bytes ${at}`).toBe(true);
    }
  });

  it('may exit as Python does, which is an error of its own [FU-078, FU-123]', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    expect(await failureOf(executor.submit(tasks.leavePolitely, 3))).toMatchObject({ name: 'SystemExit', exitCode: 3 });
    expect(await executor.submit(tasks.square, 3)).toBe(9);
  });

  it('does not hold its worker at the end by what it left in the event loop', async () => {
    const pool = new ProcessPoolExecutor({ maxWorkers: 1 });
    await pool.submit(tasks.leaveTimer);
    await capped(pool.shutdown(), 'the worker to end');
  });

  it('keeps the timers of its process going, however soon others follow it', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    await executor.submit(tasks.startTicking);
    while ((await executor.submit(tasks.ticked)) < 100);
  });

  it('stays cancellable while long tasks run before it [FU-118]', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    const [started, open] = [gate(), gate()];
    const running = executor.submit(tasks.passSync, started.path, open.path);
    const futures = numbers(100).map((x) => executor.submit(tasks.square, x));
    await started.pass();
    expect(futures[50]?.cancel()).toBe(true);
    expect(futures.slice(2).every((future) => !future.running())).toBe(true);
    open.open();
    await running;
    expect(await futures[99]).toBe(9801);
  });

  it('runs beside others of its process if it waits, as far as concurrency allows', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1, concurrency: 2 });
    const [first, second, third, open] = [gate(), gate(), gate(), gate()];
    const futures = [first, second, third].map((started) => executor.submit(tasks.passLater, started.path, open.path));
    await Promise.all([first.pass(), second.pass()]);
    expect(third.isOpen).toBe(false);
    open.open();
    expect(new Set(await Promise.all(futures)).size).toBe(1);
  });

  it('reports progress to those who follow its future', async () => {
    for (const concurrency of [1, 2]) {
      await using executor = new ProcessPoolExecutor({ maxWorkers: 1, concurrency });
      const reports: unknown[] = [];
      const future = executor.submit(tasks.countTo, 3);
      future.addProgressCallback((value) => reports.push(value));
      expect(await future).toBe(3);
      expect(reports).toEqual([{ at: 1 }, { at: 2 }, { at: 3 }]);
    }
    expect(() => reportProgress(1)).toThrow(InvalidStateError);
    expect(() => taskSignal()).toThrow(InvalidStateError);
  });

  it('hears of its end through its signal, and keeps its process if it heeds it', async () => {
    for (const concurrency of [1, 2]) {
      await using executor = new ProcessPoolExecutor({ maxWorkers: 1, concurrency, graceTime: 20_000 });
      const pid = await executor.submit(tasks.pid);
      const [started, ended] = [gate(), gate()];
      const controller = new AbortController();
      const future = executor.with({ signal: controller.signal }).submit(tasks.endWhenAsked, started.path, ended.path);
      await started.pass();
      controller.abort(new RangeError('enough'));
      expect(await failureOf(future)).toMatchObject({ message: 'enough' });
      await ended.pass();
      expect(await executor.submit(tasks.pid)).toBe(pid);
    }
  });

  it('prints how far a map in chunks is', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    const results = executor.map(tasks.square, [1, 2, 3], { chunksize: 2 });
    expect(inspect(results)).toBe('Flattened { OrderedMap { 2 pending, no more items } }');
    for await (const _ of results);
  });

  it('takes any number of workers, which start when there is work, and lists of arguments only', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 2 ** 53 });
    expect(await executor.submit(tasks.square, 3)).toBe(9);
    for (const chunksize of [1, 2])
      expect(() => executor.starmap(tasks.add, [[1, 2], 5 as never], { chunksize })).toThrow(
        'Cannot call a function with 5: it must be a list of arguments',
      );
  });

  it('says which of all items cannot cross, however often its chunks had to wait for room', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1, maxQueueSize: 1 });
    const items = [1, 2, 3, 4, 5, 6, 7, () => 8];
    const read = async (): Promise<void> => {
      for await (const _ of executor.map(tasks.echo, items, { chunksize: 2 }));
    };
    await expect(capped(read(), 'a map')).rejects.toThrow('Cannot send items[7]: ');
  });

  it('may be handed over through views that are forgotten at once', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    for (const _ of numbers(3)) {
      expect(await executor.with({ priority: 1 }).submit(tasks.square, 3)).toBe(9);
      for await (const result of executor.map(tasks.square, [1, 2, 3], { chunksize: 2 }))
        expect(result).toBeGreaterThan(0);
      collectGarbage();
      await flush();
    }
    expect(await executor.submit(tasks.square, 4)).toBe(16);
  });

  it('checks what it is told before it calls anything', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    for (const chunksize of [1, 2])
      for (const wrong of [null, 5])
        expect(() => executor.map(tasks.square, wrong as never, { chunksize })).toThrow(
          `Cannot map over ${wrong}: it is not iterable`,
        );
    expect(() => new ProcessPoolExecutor({ maxTasksPerChild: 'a' as never })).toThrow(
      'Cannot use maxTasksPerChild = a: it must be a whole number',
    );
  });

  it('cancels the chunks of a map that is left, also before anybody has asked for a result [FU-010]', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    for (const asked of [0, 1]) {
      const [started, held] = [gate(), gate()];
      const calls = (await executor.submit(tasks.countCalls))[1];
      executor.submit(tasks.passSync, started.path, held.path);
      await started.pass();
      const results = executor.map(tasks.countCalls, numbers(40), { chunksize: 20 });
      const next = asked ? results.next() : undefined;
      const left = results.return?.();
      held.open();
      expect(await left).toEqual({ done: true, value: undefined });
      expect(await results.next()).toEqual({ done: true, value: undefined });
      await next?.catch(() => {});
      expect((await executor.submit(tasks.countCalls))[1] - calls).toBeLessThanOrEqual(asked * 20 + 1);
    }
  });

  it('moves buffers: they are empty here, and copied once', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    const bytes = new Uint8Array(100).fill(7);
    expect(await executor.with({ transfer: [bytes.buffer] }).submit(tasks.sizeOf, bytes)).toBe(100);
    expect(bytes.length).toBe(0);
  });

  it('moves what a view lists once, though it is listed twice or more is submitted, and says what has to stay', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    const bytes = new Uint8Array(100);
    const view = executor.with({ transfer: [bytes.buffer, bytes.buffer] });
    expect(await view.submit(tasks.sizeOf, bytes)).toBe(100);
    expect(bytes.length).toBe(0);
    expect(await view.submit(tasks.square, 3)).toBe(9);
    // Node keeps the memory that small buffers share.
    const shared = Buffer.from('abc');
    expect(() => executor.with({ transfer: [shared.buffer as ArrayBuffer] }).submit(tasks.sizeOf, shared)).toThrow(
      TransferError,
    );
    expect(String(shared)).toBe('abc');
  });
});

describe('the processes of a ProcessPoolExecutor', () => {
  it('are replaced after so many tasks [FU-102, FU-103]', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1, maxTasksPerChild: 3 });
    const pids: number[] = [];
    for (const _ of numbers(4)) pids.push(await executor.submit(tasks.pid));
    expect(new Set(pids.slice(0, 3)).size).toBe(1);
    expect(pids[3]).not.toBe(pids[0]);
    for (const maxTasksPerChild of [0, -1])
      expect(() => new ProcessPoolExecutor({ maxTasksPerChild })).toThrow(RangeError);
    expect(() => new ProcessPoolExecutor({ maxTasksPerChild: 'a' as never })).toThrow(TypeError);
  });

  it('work a backlog off with one task or two each, shut down or not [FU-105, FU-106, FU-107]', async () => {
    for (const [maxWorkers, maxTasksPerChild, count, wait] of [
      [1, 2, 6, true],
      [2, 2, 8, false],
      [3, 1, 6, true],
    ] as const) {
      const executor = new ProcessPoolExecutor({ maxWorkers, maxTasksPerChild });
      const futures = numbers(count).map((x) => executor.submit(tasks.square, x));
      const down = executor.shutdown({ wait });
      expect(await Promise.all(futures)).toEqual(numbers(count).map((x) => x * x));
      await down;
      await executor.shutdown();
    }
  });

  it('start on demand and are used again [FU-101]', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 3 });
    expect(activeChildren()).toEqual([]);
    const pids = [await executor.submit(tasks.pid), await executor.submit(tasks.pid), await executor.submit(tasks.pid)];
    expect(new Set(pids).size).toBe(1);
    expect(activeChildren().length).toBe(1);
    expect(new Set(await Promise.all(numbers(6).map(() => executor.submit(tasks.pid)))).size).toBeLessThanOrEqual(3);
  });

  it('may have children', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    expect(Number(await executor.submit(tasks.startChild))).toBeGreaterThan(0);
  });

  it('wait for the children that their tasks have left before they end', async () => {
    const [started, held, done] = [gate(), gate(), gate()];
    const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
    await executor.submit(tasks.leaveChild, started.path, held.path, done.path);
    await started.pass();
    const ended = executor.shutdown();
    held.open();
    await capped(ended, 'the process has ended');
    expect(done.isOpen).toBe(true);
  });

  it.skipIf(process.platform !== 'linux')(
    'has others make a call that its first one kept a dead worker from',
    async () => {
      await using executor = new ProcessPoolExecutor({ maxWorkers: 1, concurrency: 2, onWorkerDeath: 'replace' });
      const started = gate();
      const first = executor.submit(tasks.spinForEver, started.path);
      await started.pass();
      const second = executor.submit(tasks.square, 3);
      expect(executor.stats().queued).toBe(0);
      for (const { pid } of activeChildren()) process.kill(pid as number, 'SIGKILL');
      expect(await failureOf(first)).toBeInstanceOf(BrokenProcessPoolError);
      expect(await second).toBe(9);
    },
  );

  it('end after a while of idleness, if they are told to', async () => {
    await using executor = new ProcessPoolExecutor({ maxWorkers: 1, idleTimeout: 1 });
    const first = await executor.submit(tasks.pid);
    await until(() => activeChildren().length === 0, 'the idle process has ended');
    expect(await executor.submit(tasks.pid)).not.toBe(first);
  });

  for (const [method, signal] of [
    ['terminateWorkers', 'SIGTERM'],
    ['killWorkers', 'SIGKILL'],
  ] as const) {
    it(`end at once by ${method} [FU-112, FU-113, FU-114]`, async () => {
      const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
      const started = gate();
      const future = executor.submit(tasks.spinForEver, started.path);
      await started.pass();
      const [child] = activeChildren();
      executor[method]();
      expect(await failureOf(future)).toBeInstanceOf(BrokenProcessPoolError);
      expect(() => executor.submit(tasks.square, 1)).toThrow(BrokenProcessPoolError);
      await executor.shutdown();
      expect(child?.exitcode).toBe(signal === 'SIGTERM' ? -15 : -9);
      executor[method]();
      const unused = new ProcessPoolExecutor();
      unused[method]();
      await unused.shutdown();
    });
  }

  it('end after their task if that handles the signal, or are killed', async () => {
    const [started, held] = [gate(), gate()];
    const polite = new ProcessPoolExecutor({ maxWorkers: 1 });
    const future = polite.submit(tasks.outlastTerm, started.path, held.path);
    await started.pass();
    const [child] = activeChildren();
    polite.terminateWorkers();
    expect(await failureOf(future)).toBeInstanceOf(BrokenProcessPoolError);
    held.open();
    await capped(polite.shutdown(), 'the process has ended');
    expect(child?.exitcode).toBe(0);

    for (const end of ['wait', 'killWorkers'] as const) {
      const spinning = gate();
      const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
      executor.submit(tasks.spinThroughTerm, spinning.path);
      await spinning.pass();
      const [stubborn] = activeChildren();
      executor.terminateWorkers();
      if (end !== 'wait') executor[end]();
      await capped(executor.shutdown(), 'the process has ended');
      expect(stubborn?.exitcode).toBe(-9);
    }
  });

  it('are told of on the diagnostics channel', async () => {
    const events: string[] = [];
    const note = (message: unknown): void => {
      const { type, name, exitcode } = message as ProcessEvent;
      events.push(`${type} ${name.replace(/\d+/, 'N')} ${exitcode}`);
    };
    subscribe('weft:process', note);
    try {
      await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
      await executor.submit(tasks.square, 2);
    } finally {
      unsubscribe('weft:process', note);
    }
    expect(events).toEqual(['start ProcessPoolExecutor-N_0 undefined', 'end ProcessPoolExecutor-N_0 0']);
  });
});

describe('a program with a ProcessPoolExecutor', () => {
  const head = `
    import { ProcessPoolExecutor } from '@weft/multiprocessing';
    import * as tasks from '${new URL('fixtures/pool-tasks.ts', import.meta.url).href}';
  `;

  it('waits for what is pending, and ends although the executor is left open [FU-086, FU-088, FU-091, FU-093]', async () => {
    for (const shutdown of ['', 'await executor.shutdown({ wait: false });']) {
      const { stdout, exitCode, timedOut } = await runScript(`${head}
        const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
        executor.submit(tasks.squareLater, 5).addDoneCallback((future) => console.log(future.resultSync()));
        ${shutdown}
      `);
      expect([stdout, exitCode, timedOut]).toEqual(['25\n', 0, false]);
    }
  });

  it.each([
    ['process.exit(3);', 3],
    ["throw new Error('early');", 1],
    ["void Promise.reject(new Error('early'));", 1],
  ])('loses what is pending when the program is ended early, and does not wait for it: %s', async (how, exitCode) => {
    const end = await runScript(`${head}
      const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
      await executor.submit(tasks.square, 1);
      for (const task of [executor.submit(tasks.never), executor.submit(tasks.square, 2)])
        task.addDoneCallback(() => console.log('done'));
      while (executor.stats().busy === 0) await new Promise((resolve) => setImmediate(resolve));
      ${how}
      await new Promise(() => setInterval(() => {}, 1000));
    `);
    expect(end).toMatchObject({ stdout: '', exitCode, timedOut: false });
  });

  it('keeps arguments neither here nor in the process once a task is done [FU-024, FU-111]', async () => {
    const { stdout } = await runScript(
      `${head}
      const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
      let argument = { large: new Array(1000).fill(1) };
      const watched = new WeakRef(argument);
      await executor.submit(tasks.watchArgument, argument);
      argument = undefined;
      await executor.submit(tasks.square, 1);
      // A WeakRef holds what it gave until the end of the turn.
      const turn = () => new Promise((resolve) => setTimeout(resolve, 1));
      do { await turn(); gc(); await turn(); } while (watched.deref());
      while (!(await executor.submit(tasks.isArgumentGone)));
      console.log('gone');
      await executor.shutdown();
    `,
      { execArgv: ['--expose-gc'] },
    );
    expect(stdout).toBe('gone\n');
  });

  it('answers calls whose classes have to be loaded first, also those that wait for them', async () => {
    const { stdout, stderr } = await runScript(new URL('fixtures/late-class.mjs', import.meta.url));
    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual(['2', '[ 4, 6, 8 ]', 'not made', 'Point 2 Point 4 Point 6', '']);
  });

  it('refuses tasks in its exit handlers [FU-087]', async () => {
    const { stdout } = await runScript(`${head}
      const executor = new ProcessPoolExecutor({ maxWorkers: 1 });
      await executor.submit(tasks.square, 5);
      process.on('exit', () => {
        try {
          executor.submit(tasks.square, 5);
        } catch (error) {
          console.log(error.name);
        }
      });
    `);
    expect(stdout).toBe('InvalidStateError\n');
  });
});
