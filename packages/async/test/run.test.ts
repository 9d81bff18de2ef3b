import { inspect } from 'node:util';

import {
  CancelledError,
  ContextVar,
  DeadlockError,
  InvalidStateError,
  Runner,
  TaskGroup,
  type TaskReport,
  allTasks,
  createTask,
  currentSignal,
  currentTask,
  run,
  sleep,
  timeout,
  wait,
} from '@weft/async';
import { capped } from '@weft/testkit';
import { describe, expect, it } from 'vitest';

import { thrownBy, turns } from './in-run.ts';
import { runProgram } from './program.ts';

describe('run', () => {
  it('gives the value or the error of main [AS-241]', async () => {
    expect(await run(async () => 'value')).toBe('value');
    const boom = new Error('main');
    expect(
      await thrownBy(() =>
        run(async () => {
          throw boom;
        }),
      ),
    ).toBe(boom);
  });

  it('takes a function and nothing else [AS-242]', async () => {
    for (const wrong of [Promise.resolve(), 42, undefined])
      expect(await thrownBy(() => run(wrong as never))).toBeInstanceOf(TypeError);
  });

  it('is refused inside a task [AS-244]', async () => {
    const error = await run(async () => thrownBy(() => run(async () => {})));
    expect(error).toBeInstanceOf(InvalidStateError);
  });

  it('cancels and awaits what is left over, and reports what fails then [AS-245]', async () => {
    const log: string[] = [];
    const reports: TaskReport[] = [];
    await run(
      async () => {
        createTask(async () => {
          try {
            await sleep(60_000);
          } finally {
            await sleep(1);
            log.push('cleaned up');
          }
        });
        createTask(
          async () => {
            try {
              await sleep(60_000);
            } catch {
              throw new Error('at the end');
            }
          },
          { name: 'bad' },
        );
        await turns();
      },
      { unhandled: (report) => reports.push(report) },
    );
    expect(log).toEqual(['cleaned up']);
    expect(reports.map(({ task, error }) => [task, (error as Error).message])).toEqual([['bad', 'at the end']]);
  });

  it('reports a failure that nobody looks at once, with the name and the place of creation [AS-236]', async () => {
    const reports: TaskReport[] = [];
    await run(
      async () => {
        createTask(
          async () => {
            throw new Error('lost');
          },
          { name: 'lost one' },
        );
        for (const look of ['await', 'result', 'exception', 'callback'] as const) {
          const task = createTask(async () => {
            throw new Error('seen');
          });
          if (look === 'callback') task.addDoneCallback((done) => done.exception());
          await turns();
          if (look === 'await') await thrownBy(() => task);
          if (look === 'result') await thrownBy(() => task.result());
          if (look === 'exception') task.exception();
        }
      },
      { unhandled: (report) => reports.push(report) },
    );
    expect(reports).toHaveLength(1);
    expect(reports[0]?.message).toBe("Task 'lost one' failed and nobody looked at it");
    expect(reports[0]?.createdAt).toMatch(/run\.test\.ts:\d+:\d+/);
  });

  it('never turns the result into text [AS-252]', async () => {
    const result = {
      toString: () => {
        throw new Error('asked');
      },
    };
    expect(await run(async () => result)).toBe(result);
  });

  it('may run several times side by side, without a warning', async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error): void => void warnings.push(warning);
    process.on('warning', listen);
    const ends = await Promise.all(Array.from({ length: 30 }, (_, index) => run(async () => sleep(1, index))));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', listen);
    expect(ends).toHaveLength(30);
    expect(warnings).toEqual([]);
  });

  it('tells in debug mode which steps block and which tasks were never awaited [AS-243]', async () => {
    const reports: TaskReport[] = [];
    await run(
      async () => {
        await createTask(
          async () => {
            const end = performance.now() + 30;
            while (performance.now() < end);
          },
          { name: 'blocker' },
        );
        createTask(async () => 1, { name: 'forgotten' });
        await turns();
      },
      { debug: true, slowCallbackDuration: 20, unhandled: (report) => reports.push(report) },
    );
    const blocking = reports.filter(({ kind }) => kind === 'slow-step').map(({ task }) => task);
    expect(blocking).toContain('blocker');
    expect(reports.find(({ kind }) => kind === 'slow-step')?.message).toMatch(/blocked the event loop for \d+ ms/);
    expect(reports.filter(({ kind }) => kind === 'never-awaited').map(({ task }) => task)).toEqual(['forgotten']);
  });

  it('gives cancellations a stack in debug mode [AS-177]', async () => {
    const cancelledStack = async (): Promise<string | undefined> => {
      const task = createTask(() => sleep(60_000));
      await turns();
      task.cancel();
      return ((await thrownBy(() => task)) as Error).stack;
    };
    expect(await run(cancelledStack, { debug: true, unhandled: () => {} })).toMatch(/run\.test\.ts/);
    expect(await run(cancelledStack)).not.toMatch(/run\.test\.ts/);
  });

  it('is over for what it left behind: that runs in no task, may run anew, and its tasks are in no run', async () => {
    const left = Promise.withResolvers<unknown[]>();
    await run(async () => {
      setTimeout(() => {
        void (async () => {
          const task = createTask(() => sleep(60_000), { name: 'late' });
          const errors = await Promise.all([
            thrownBy(async () => timeout(1, async () => {})),
            thrownBy(() => TaskGroup.run(async () => {})),
            thrownBy(async () => currentSignal()),
          ]);
          const seen = [currentTask(), allTasks().has(task), await run(async () => 'again'), ...errors];
          task.cancel();
          left.resolve(seen);
        })();
      }, 1);
    });
    const [task, listed, again, ...errors] = await capped(left.promise, 'the callback has run');
    expect([task, listed, again]).toEqual([undefined, true, 'again']);
    for (const error of errors) expect(error).toBeInstanceOf(InvalidStateError);
  });

  it('does not call a task never awaited that `wait` has waited for', async () => {
    const reports: TaskReport[] = [];
    await run(async () => void (await wait([createTask(async () => {})])), {
      debug: true,
      slowCallbackDuration: Infinity,
      unhandled: (report) => reports.push(report),
    });
    expect(reports).toEqual([]);
  });
});

describe('Runner', () => {
  it('runs on after it refused a context that is none', async () => {
    await using runner = new Runner();
    expect(await thrownBy(() => runner.run(async () => {}, { context: 5 as never }))).toBeInstanceOf(TypeError);
    expect(await runner.run(async () => 'value')).toBe('value');
  });

  it('runs several mains in one context [AS-249]', async () => {
    const variable = new ContextVar('variable', { default: 0 });
    await using runner = new Runner();
    for (let round = 1; round <= 3; round += 1) {
      expect(
        await runner.run(async () => {
          variable.set(variable.get() + 1);
          return variable.get();
        }),
      ).toBe(round);
    }
    expect(variable.get()).toBe(0);
  });

  it('closes once, and refuses to run afterwards or twice at a time [AS-248]', async () => {
    const runner = new Runner();
    const first = runner.run(() => sleep(1));
    expect(await thrownBy(() => runner.run(async () => {}))).toBeInstanceOf(InvalidStateError);
    await first;
    await runner.close();
    await runner.close();
    expect(await thrownBy(() => runner.run(async () => {}))).toBeInstanceOf(InvalidStateError);
  });

  it('is not closed by one of its own tasks, and closed again only once it is closed', async () => {
    const runner = new Runner({ handleSigint: false });
    expect(
      await thrownBy(() =>
        capped(
          runner.run(() => runner.close()),
          'it is refused',
        ),
      ),
    ).toBeInstanceOf(InvalidStateError);
    let cleanedUp = false;
    await runner.run(async () => {
      createTask(async () => {
        try {
          await sleep(60_000);
        } finally {
          await sleep(1);
          cleanedUp = true;
        }
      });
      await turns();
    });
    const closing = runner.close();
    await runner.close();
    expect(cleanedUp).toBe(true);
    await closing;
  });

  it('refuses options that cannot be, and a main that is no function, with the value', async () => {
    for (const odd of [Number.NaN, -1, '5']) {
      expect(() => new Runner({ slowCallbackDuration: odd as never })).toThrow(`steps of ${odd} ms`);
      expect(() => new Runner({ unhandled: odd as never })).toThrow(RangeError);
    }
    for (const odd of [Promise.resolve(), Object.create(null)]) {
      expect(await thrownBy(() => run(odd as never))).toMatchObject({
        name: 'TypeError',
        message: `Cannot run ${inspect(odd)}: it must be an async function`,
      });
    }
  });
});

describe('a program', () => {
  it('hears of Ctrl-C as a KeyboardInterrupt, once main has cleaned up [AS-250]', async () => {
    const { stdout, exitCode } = await runProgram(
      `await asyncio.run(async () => {
        try { console.log('ready'); await asyncio.sleep(60_000); } finally { await asyncio.sleep(1); console.log('cleaned up'); }
      }).catch((error) => console.log(error.name));`,
      { interruptAt: 'ready' },
    );
    expect([stdout, exitCode]).toEqual(['ready\ncleaned up\nKeyboardInterrupt', 0]);
  });

  it('is ended by the second Ctrl-C [AS-250]', async () => {
    const { stdout, exitCode } = await runProgram(
      `await asyncio.run(async () => {
        try { console.log('ready'); await asyncio.sleep(60_000); } finally { console.log('ready'); await asyncio.sleep(60_000); }
      });`,
      { interruptAt: 'ready' },
    );
    expect([stdout, exitCode]).toEqual(['ready\nready', 130]);
  });

  it('hears of Ctrl-C on a main that is being cancelled already as a CancelledError [AS-251]', async () => {
    const { stdout } = await runProgram(
      `await asyncio.run(async () => {
        asyncio.currentTask().cancel();
        try { await asyncio.sleep(1); } finally { console.log('ready'); await asyncio.sleep(60_000); }
      }).catch((error) => console.log(error.name));`,
      { interruptAt: 'ready' },
    );
    expect(stdout).toBe('ready\nCancelledError');
  });

  it('is told which tasks wait for what when nothing can wake them [AS-196]', async () => {
    const { stdout, exitCode } = await runProgram(
      `await asyncio.run(async () => {
        const queue = new asyncio.Queue();
        asyncio.createTask(() => queue.get(), { name: 'worker' });
        try { await new asyncio.Event().wait(); } finally { console.log('unwound'); }
      }).catch((error) => console.log(error.name, error.tasks.length, error.message));`,
    );
    expect(stdout).toMatch(/^unwound\nDeadlockError 2 Cannot go on: 2 pending/);
    expect(stdout).toMatch(
      /task 'main' waits for an event, created at .*\n\s+task 'worker' waits to get an item, created at/,
    );
    expect(exitCode).toBe(0);
  });

  it('is told of a deadlock of tasks outside of run() too, and of foreign promises', async () => {
    const outside = await runProgram(
      `asyncio.createTask(() => new asyncio.Lock().acquire().then(() => new asyncio.Event().wait()), { name: 'alone' });`,
    );
    expect(outside.stderr).toMatch(/task 'alone' waits for an event/);
    const foreign = await runProgram(
      `await asyncio.run(() => new Promise(() => {})).catch((error) => console.log(error.message));`,
    );
    expect(foreign.stdout).toMatch(/task 'main' waits for a promise that is not ours/);
  });

  it('is told of tasks that swallow the cancellation at the end and can never end', async () => {
    const { stdout, stderr, exitCode } = await runProgram(
      `await asyncio.run(async () => {
        asyncio.createTask(async () => {
          try { await asyncio.sleep(60_000); } finally { await asyncio.sleep(Infinity); }
        }, { name: 'stubborn' });
        asyncio.createTask(async () => {
          try { await asyncio.sleep(60_000); } finally { asyncio.createTask(() => asyncio.sleep(20)); }
        });
        await asyncio.sleep(1);
      });
      console.log('ended');`,
    );
    expect([stdout, exitCode]).toEqual(['ended', 0]);
    expect(stderr).toMatch(/task 'stubborn' waits for ever/);
  });

  it('prints failures that nobody looked at, in a run, outside of one and when they are collected', async () => {
    const { stderr, exitCode } = await runProgram(
      `asyncio.createTask(async () => { throw new Error('outside'); }, { name: 'first' });
       await asyncio.run(async () => { asyncio.createTask(async () => { throw new Error('inside'); }, { name: 'second' }); await asyncio.sleep(1); });
       await asyncio.run(async () => {
         asyncio.createTask(async () => { throw new Error('collected'); }, { name: 'third' });
         for (let i = 0; i < 20; i++) { await asyncio.sleep(1); gc(); }
         console.error('still running');
       });`,
      { flags: ['--expose-gc'] },
    );
    expect(exitCode).toBe(0);
    for (const name of ['first', 'second', 'third']) expect(stderr.split(`Task '${name}' failed`)).toHaveLength(2);
    expect(stderr.indexOf('third')).toBeLessThan(stderr.indexOf('still running'));
  });

  it('ends as Node does for a promise when it asks for that', async () => {
    const { stderr, exitCode } = await runProgram(
      `await asyncio.run(async () => {
        asyncio.createTask(async () => { throw new Error('fatal'); });
        await asyncio.sleep(1000);
        console.log('unreachable');
      }, { unhandled: 'crash' });`,
    );
    expect([exitCode, stderr.includes('Error: fatal')]).toEqual([1, true]);
  });

  it('ends by itself when its run is over, whatever it left open', async () => {
    const { stdout, exitCode } = await runProgram(
      `await asyncio.run(async () => {
        const server = await asyncio.startServer(async (reader) => { await reader.read(); }, '127.0.0.1');
        await asyncio.openConnection('127.0.0.1', server.port);
        await asyncio.createSubprocessExec(process.execPath, '-e', 'setInterval(() => {}, 1000)');
        console.log('leaving');
      });`,
    );
    expect([stdout, exitCode]).toEqual(['leaving', 0]);
  });

  it('ends the program by a failure nobody looks at also when the run ends first, if it is asked to', async () => {
    const { exitCode, stderr } = await runProgram(
      `await asyncio.run(async () => {
        asyncio.createTask(async () => { throw new Error('lost at the end'); }, { eager: true });
      }, { unhandled: 'crash' });`,
    );
    expect(exitCode).toBe(1);
    expect(stderr).toContain('lost at the end');
  });

  it('goes on when the callback that is told of a failure throws, which is an uncaught exception', async () => {
    const { stdout } = await runProgram(
      `process.on('uncaughtException', ({ message }) => console.log(message));
      await asyncio.run(async () => {
        const failing = asyncio.createTask(async () => { await asyncio.sleep(1); throw new Error('lost'); });
        asyncio.shield(asyncio.createTask(() => failing)).cancel();
        await failing.catch(() => {});
        await asyncio.sleep(1);
        console.log('alive');
      }, { unhandled: () => { throw new Error('told'); } });`,
    );
    for (const line of ['told', 'alive']) expect(stdout.split('\n')).toContain(line);
  });

  it('never crashes by a cancelled wait that nobody awaits', async () => {
    const { stdout, stderr, exitCode } = await runProgram(
      `await asyncio.run(async () => {
        const task = asyncio.createTask(async () => { asyncio.sleep(60_000); asyncio.cancellable(new Promise(() => {})); await asyncio.sleep(60_000); });
        await asyncio.sleep(0); await asyncio.sleep(0);
        task.cancel();
        await task.catch((error) => console.log(error.name));
      });`,
    );
    expect([stdout, stderr, exitCode]).toEqual(['CancelledError', '', 0]);
  });

  it('has no store active before its first task exists', async () => {
    const { stdout } = await runProgram(
      `import { AsyncLocalStorage } from 'node:async_hooks';
       let activations = 0;
       for (const method of ['run', 'enterWith']) {
         const original = AsyncLocalStorage.prototype[method];
         AsyncLocalStorage.prototype[method] = function (...args) { activations += 1; return original.apply(this, args); };
       }
       const variable = new asyncio.ContextVar('v');
       variable.set(1);
       const queue = new asyncio.Queue();
       await queue.put(variable.get());
       await queue.get();
       (await new asyncio.Lock().acquire())[Symbol.dispose]();
       await asyncio.cancellable(Promise.resolve());
       await asyncio.sleep(1);
       console.log(asyncio.currentTask(), activations);
       await asyncio.createTask(async () => {});
       console.log(activations > 0);`,
    );
    expect(stdout.split('\n')).toEqual(['undefined 0', 'true']);
  });

  it('waits for a moment however far away', async () => {
    const { stdout } = await runProgram(
      `const waiting = asyncio.run(() => asyncio.sleep(Number.MAX_VALUE));
      console.log('waiting');
      await waiting.catch(({ name }) => console.log(name));`,
      { interruptAt: 'waiting' },
    );
    expect(stdout.split('\n')).toEqual(['waiting', 'KeyboardInterrupt']);
  });

  it('ends although a task waits for ever for what is not ours, with servers, connections and programs open', async () => {
    const { stdout, stderr, exitCode } = await runProgram(
      `await asyncio.run(async () => {
        const stuck = async () => {
          try {
            await new Promise(() => {});
          } finally {
            console.log('never');
          }
        };
        const server = await asyncio.startServer(stuck, '127.0.0.1');
        await asyncio.openConnection('127.0.0.1', server.port);
        await asyncio.createSubprocessExec('sleep', '60', { stdout: asyncio.PIPE });
        while (asyncio.allTasks().size < 2) await asyncio.sleep(0);
      });
      console.log('over');`,
    );
    expect([stdout, exitCode]).toEqual(['over', 0]);
    expect(stderr).toContain("task 'connection' waits for a promise that is not ours");
  });

  it('waits for a signal to abort, whose timer alone keeps no process alive', async () => {
    const { stdout, exitCode } = await runProgram(
      `await asyncio.run(async () => {
        const { signal } = new AbortController();
        await new asyncio.Event().wait({ signal, timeout: 5 });
        await new asyncio.Event().wait({ signal: AbortSignal.timeout(50) }).catch(({ name }) => console.log(name));
        await new asyncio.Queue().get().catch(({ code }) => console.log(code));
      }).catch(({ code }) => console.log(code));`,
    );
    expect([stdout, exitCode]).toEqual(['TimeoutError\nERR_DEADLOCK\nERR_DEADLOCK', 0]);
  });

  it('waits for cleanup that talks to a program, which nothing else keeps alive', async () => {
    const { stdout, exitCode } = await runProgram(
      `await asyncio.run(async () => {
        const { PIPE } = asyncio;
        const program = await asyncio.createSubprocessExec('cat', { stdin: PIPE, stdout: PIPE });
        asyncio.createTask(async () => {
          try {
            await program.wait();
          } finally {
            for (const word of ['good', 'bye']) {
              program.stdin.write(word + '\\n');
              console.log(String(await program.stdout.readline()).trim());
            }
          }
        });
        await asyncio.sleep(0);
      });
      console.log('over');`,
    );
    expect([stdout, exitCode]).toEqual(['good\nbye\nover', 0]);
  });

  it('has its timers go on when a wait of somebody else cannot be cancelled', async () => {
    const { stdout } = await runProgram(
      `process.on('uncaughtException', ({ name }) => console.log(name));
      await asyncio.run(async () => {
        asyncio.createTask(() => asyncio.timeout(1, async () => {
          const leave = asyncio.currentTask().enterWait(() => { throw new RangeError('held fast'); });
          await new Promise((resolve) => setTimeout(resolve, 20));
          leave();
        }));
        await asyncio.sleep(10);
        console.log('alive');
        await asyncio.sleep(20);
      });`,
    );
    expect(stdout.split('\n')).toEqual(['RangeError', 'alive']);
  });
});

describe('DeadlockError', () => {
  it('has a code and the tasks', () => {
    expect(new DeadlockError([])).toMatchObject({ code: 'ERR_DEADLOCK', tasks: [] });
  });

  it('is no cancellation', () => {
    expect(new DeadlockError([])).not.toBeInstanceOf(CancelledError);
    expect(currentTask()).toBe(undefined);
  });

  it('unwinds a main that waits in Promise.all', async () => {
    const { stdout } = await runProgram(
      `await asyncio.run(async () => {
        try {
          await Promise.all([new asyncio.Event().wait(), new asyncio.Queue().get()]);
        } catch ({ code }) {
          console.log('inside', code);
        }
      }).catch(({ code }) => console.log('outside', code));`,
    );
    expect(stdout.split('\n').toSorted()).toEqual(['inside ERR_DEADLOCK', 'outside ERR_DEADLOCK']);
  });
});
