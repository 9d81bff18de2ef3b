import { once } from 'node:events';
import { inspect } from 'node:util';

import {
  CancelledError,
  ContextVar,
  Event,
  Future,
  InvalidStateError,
  Lock,
  type Task,
  TaskGroup,
  TaskGroupError,
  allTasks,
  cancellable,
  copyContext,
  createTask,
  currentSignal,
  currentTask,
  gather,
  run,
  sleep,
  wait,
} from '@weft/async';
import { capped } from '@weft/testkit';
import { describe, expect, it } from 'vitest';

import { inRun, thrownBy, turns } from './in-run.ts';

describe('Task.cancel', () => {
  it(
    'gives its message to the CancelledError, before the start as later [AS-165, AS-175]',
    inRun(async () => {
      for (const started of [true, false]) {
        let ran = false;
        const task = createTask(async () => {
          ran = true;
          await sleep(60_000);
        });
        if (started) await turns();
        expect(task.cancel('the reason')).toBe(true);
        const error = await thrownBy(() => task);
        expect(error).toBeInstanceOf(CancelledError);
        expect((error as Error).message).toBe('the reason');
        expect(ran).toBe(started);
      }
    }),
  );

  it(
    'ends a task that sleeps, once [AS-166, AS-202]',
    inRun(async () => {
      const task = createTask(() => sleep(60_000));
      await turns();
      expect(task.cancel()).toBe(true);
      expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
      expect([task.done(), task.cancelled(), task.cancel()]).toEqual([true, true, false]);
      expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length).toBeLessThanOrEqual(2);
    }),
  );

  it(
    'lands between two sleep(0) [AS-167]',
    inRun(async () => {
      const log: number[] = [];
      const between = Promise.withResolvers<void>();
      const task = createTask(async () => {
        await sleep(0);
        log.push(1);
        between.resolve();
        await sleep(0);
        log.push(2);
      });
      await between.promise;
      task.cancel();
      expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
      expect(log).toEqual([1]);
    }),
  );

  it(
    'reaches a task when the future that it awaits is cancelled, alone or with it [AS-168, AS-169]',
    inRun(async () => {
      for (const both of [false, true]) {
        const future = new Future<void>();
        const seen: unknown[] = [];
        const task = createTask(async () => {
          try {
            await future;
          } catch (error) {
            seen.push(error);
            throw error;
          }
        });
        await turns();
        future.cancel();
        if (both) task.cancel();
        expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
        expect(task.cancelled()).toBe(true);
        expect(seen).toHaveLength(1);
      }
    }),
  );

  it(
    'may be caught: the task gives its value then [AS-170]',
    inRun(async () => {
      const task = createTask(async () => {
        await thrownBy(() => sleep(60_000));
        return 42;
      });
      await turns();
      task.cancel();
      expect(await task).toBe(42);
      expect([task.cancelled(), task.cancelling()]).toEqual([false, 1]);
    }),
  );

  it(
    'lands at the next wait of a task that cancels itself [AS-172]',
    inRun(async () => {
      const log: string[] = [];
      const task = createTask(async () => {
        currentTask()?.cancel();
        log.push('goes on');
        await sleep(60_000);
        log.push('unreachable');
      });
      expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
      expect(log).toEqual(['goes on']);
    }),
  );

  it(
    'ends a task as cancelled that waits no more [AS-173]',
    inRun(async () => {
      const task = createTask(async () => {
        currentTask()?.cancel();
        return 42;
      });
      expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
      expect(task.cancelled()).toBe(true);
    }),
  );

  it(
    'lands after a foreign promise, at the next wait of ours or at the end',
    inRun(async () => {
      for (const more of [true, false]) {
        const foreign = Promise.withResolvers<void>();
        const log: string[] = [];
        const task = createTask(async () => {
          await foreign.promise;
          log.push('after');
          if (more) await sleep(60_000);
        });
        await turns();
        task.cancel();
        await turns();
        expect(task.done()).toBe(false);
        foreign.resolve();
        expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
        expect(log).toEqual(['after']);
      }
    }),
  );

  it(
    'is counted, and taken back never below 0 [AS-178, AS-179]',
    inRun(async () => {
      const task = createTask(async () => {
        for (let swallowed = 0; swallowed < 2; swallowed += 1) await thrownBy(() => sleep(60_000));
        return 'done';
      });
      await turns();
      expect(task.cancelling()).toBe(0);
      task.cancel();
      await turns();
      task.cancel();
      expect(task.cancelling()).toBe(2);
      expect([task.uncancel(), task.uncancel(), task.uncancel()]).toEqual([1, 0, 0]);
      expect(await task).toBe('done');
    }),
  );

  it(
    'is forgotten when it is taken back before it was delivered',
    inRun(async () => {
      const task = createTask(async () => {
        currentTask()?.cancel();
        currentTask()?.uncancel();
        await sleep(0);
        return 'went on';
      });
      expect(await task).toBe('went on');
    }),
  );

  it(
    'makes structured blocks possible by cancel and uncancel [AS-180]',
    inRun(async () => {
      const withTimeout = async (limit: number): Promise<boolean> => {
        const task = currentTask() as Task;
        const before = task.cancelling();
        let expired = false;
        const timer = setTimeout(() => {
          expired = true;
          task.cancel();
        }, limit);
        try {
          await sleep(60_000);
        } catch (error) {
          if (!expired || task.uncancel() > before) throw error;
        } finally {
          clearTimeout(timer);
        }
        return expired;
      };
      expect(await withTimeout(1)).toBe(true);
      expect(currentTask()?.cancelling()).toBe(0);
    }),
  );

  it(
    'gives way to an error that is thrown while it is handled [AS-183]',
    inRun(async () => {
      const boom = new Error('cleanup');
      const task = createTask(async () => {
        try {
          await sleep(60_000);
        } finally {
          // oxlint-disable-next-line no-unsafe-finally
          throw boom;
        }
      });
      await turns();
      task.cancel();
      expect(await thrownBy(() => task)).toBe(boom);
      expect(task.cancelled()).toBe(false);
    }),
  );

  it(
    'goes to the innermost wait and unwinds from there [AS-184]',
    inRun(async () => {
      const log: string[] = [];
      const inner = async (): Promise<void> => {
        try {
          await sleep(60_000);
        } finally {
          log.push('inner');
        }
      };
      const outer = async (): Promise<void> => {
        try {
          await inner();
        } finally {
          log.push('outer');
        }
      };
      const task = createTask(outer);
      await turns();
      task.cancel();
      await thrownBy(() => task);
      expect(log).toEqual(['inner', 'outer']);
    }),
  );

  it(
    'goes on to the task that is awaited, and waits for its cleanup',
    inRun(async () => {
      const log: string[] = [];
      const inner = createTask(async () => {
        try {
          await sleep(60_000);
        } finally {
          await sleep(1);
          log.push('inner');
        }
      });
      const outer = createTask(async () => {
        try {
          await inner;
        } finally {
          log.push('outer');
        }
      });
      await turns();
      outer.cancel();
      await thrownBy(() => outer);
      expect(log).toEqual(['inner', 'outer']);
      expect(inner.cancelled()).toBe(true);
    }),
  );

  it(
    'ends several waits of one task at once',
    inRun(async () => {
      const task = createTask(() => Promise.all([sleep(60_000), new Lock().with(() => sleep(60_000))]));
      await turns();
      expect(inspect(task)).toMatch(/waits to wake up and to wake up/);
      task.cancel();
      expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
    }),
  );

  it(
    'unwinds tasks that await each other',
    inRun(async () => {
      const tasks: Task[] = [];
      for (const next of [1, 2, 0]) {
        tasks.push(
          createTask(async () => {
            await sleep(0);
            await tasks[next];
          }),
        );
      }
      await turns();
      expect(tasks[0]?.cancel('enough')).toBe(true);
      const errors = Promise.all(tasks.map((task) => thrownBy(() => task)));
      for (const error of await capped(errors, 'all have ended')) expect(error).toBeInstanceOf(CancelledError);
    }),
  );

  it(
    'comes once to the code that waits, however often it is asked for before that goes on',
    inRun(async () => {
      const log: string[] = [];
      const tidy = async (name: string, wait: () => PromiseLike<unknown>): Promise<void> => {
        try {
          await wait();
        } finally {
          await sleep(0);
          log.push(name);
        }
      };
      const waits = {
        sleep: () => sleep(60_000),
        future: () => new Future(),
        several: () => Promise.all([sleep(60_000), new Event().wait(), new Future()]),
        operation: () => cancellable((signal) => once(signal, 'abort')),
        gather: () => gather(() => sleep(60_000)),
      };
      for (const [name, wait] of Object.entries(waits)) {
        const task = createTask(() => tidy(name, wait));
        await turns();
        task.cancel();
        task.cancel();
        expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
        expect(task.cancelling()).toBe(2);
      }
      expect(log).toEqual(Object.keys(waits));
    }),
  );

  it('leaves the cleanup of tasks that await each other alone at the end of their group and run', async () => {
    const log: string[] = [];
    const tidy = async (name: string): Promise<void> => {
      try {
        await sleep(60_000);
      } finally {
        await sleep(0);
        log.push(name);
      }
    };
    await run(async () => {
      const group = TaskGroup.run(async (children) => {
        const inner = children.createTask(() => tidy('group'));
        const middle = children.createTask(async () => await inner);
        children.createTask(async () => await gather(middle, inner));
        await turns();
        throw new RangeError('the body');
      });
      expect(await thrownBy(() => group)).toBeInstanceOf(TaskGroupError);
      const left = createTask(() => tidy('run'));
      createTask(async () => await left);
      await turns();
    });
    expect(log).toEqual(['group', 'run']);
  });

  it(
    'waits for those below also when it comes once more as it goes down',
    inRun(async () => {
      const again: Task[] = [];
      const log: string[] = [];
      const below = createTask(async () => {
        currentSignal().addEventListener('abort', () => again.forEach((task) => task.cancel()));
        try {
          await sleep(60_000);
        } finally {
          await sleep(0);
          log.push('below');
        }
      });
      const middle = createTask(async () => {
        try {
          await gather(below);
        } finally {
          log.push('middle');
        }
      });
      const top = createTask(async () => {
        try {
          await middle;
        } finally {
          log.push('top');
        }
      });
      again.push(top, middle);
      await turns();
      top.cancel();
      await wait([top]);
      expect(log).toEqual(['below', 'middle', 'top']);
      expect([top.cancelling(), middle.cancelling(), below.cancelling()]).toEqual([2, 2, 1]);
    }),
  );

  it(
    'counts anew once the code goes on',
    inRun(async () => {
      const log: unknown[] = [];
      const task = createTask(async () => {
        try {
          await sleep(60_000);
        } catch {
          currentTask()?.cancel('again');
          log.push(await thrownBy(() => sleep(0)));
          throw new RangeError('the end');
        }
      });
      await turns();
      task.cancel();
      expect(await thrownBy(() => task)).toBeInstanceOf(RangeError);
      expect(log).toMatchObject([{ message: 'again' }]);
    }),
  );

  it(
    'goes down to the innermost of many thousand tasks that await each other, and unwinds them',
    inRun(async () => {
      const log: string[] = [];
      let last: Task<void> = createTask(async () => {
        try {
          await sleep(60_000);
        } finally {
          log.push('innermost');
        }
      });
      for (let depth = 0; depth < 20_000; depth += 1) {
        const below = last;
        last = createTask(async () => below);
      }
      await turns();
      last.cancel('enough');
      expect(
        await capped(
          thrownBy(() => last),
          'it has ended',
        ),
      ).toMatchObject({ message: 'enough' });
      expect(log).toEqual(['innermost']);
    }),
  );
});

describe('Task', () => {
  it(
    'gives the result of its function, and awaits futures in it [AS-186]',
    inRun(async () => {
      const future = new Future<string>();
      const task = createTask(async () => `got ${await future}`);
      await turns();
      future.setResult('it');
      expect(await task).toBe('got it');
      expect([task.result(), task.exception()]).toEqual(['got it', undefined]);
      expect(await createTask(() => 'no promise')).toBe('no promise');
      expect(await createTask(() => createTask(async () => 'a task'))).toBe('a task');
    }),
  );

  it(
    'refuses to be awaited inside itself [AS-188]',
    inRun(async () => {
      const task: Task<unknown> = createTask(async () => {
        await sleep(0);
        return task;
      });
      expect(await thrownBy(() => task)).toBeInstanceOf(InvalidStateError);
    }),
  );

  it(
    'has a name, given or numbered, which may be changed [AS-190]',
    inRun(async () => {
      const given = createTask(async () => currentTask()?.name, { name: 'given' });
      const numbered = createTask(async () => currentTask()?.name);
      expect(given.name).toBe('given');
      expect(numbered.name).toMatch(/^Task-\d+$/);
      expect(await gather(given, numbered)).toEqual(['given', numbered.name]);
      numbered.name = 'renamed';
      expect(numbered.name).toBe('renamed');
    }),
  );

  it('is made of a function, not of a promise [AS-191]', () => {
    expect(() => createTask(Promise.resolve() as never)).toThrow(/Cannot make a task of a promise/);
    expect(() => createTask(42 as never)).toThrow(TypeError);
  });

  it(
    'refuses results and errors from outside [AS-192]',
    inRun(async () => {
      const task = createTask(async () => 1);
      expect(() => task.setResult(2)).toThrow(InvalidStateError);
      expect(() => task.setException(new Error('no'))).toThrow(InvalidStateError);
      expect(await task).toBe(1);
    }),
  );

  it('is the current one in its own code only, however tasks interleave [AS-193]', async () => {
    expect(currentTask()).toBe(undefined);
    await run(async () => {
      const seen: string[] = [];
      const body = async (): Promise<void> => {
        const { name } = currentTask() as Task;
        for (let step = 0; step < 3; step += 1) {
          await (step === 1 ? Promise.resolve() : sleep(0));
          seen.push(`${name} ${currentTask()?.name}`);
        }
      };
      await gather(createTask(body, { name: 'a' }), createTask(body, { name: 'b' }));
      expect(new Set(seen)).toEqual(new Set(['a a', 'b b']));
      expect(currentTask()?.name).toBe('main');
    });
    expect(currentTask()).toBe(undefined);
  });

  it(
    'keeps the cause of an error that is thrown after an await [AS-194]',
    inRun(async () => {
      const cause = new Error('cause');
      const task = createTask(async () => {
        await sleep(0);
        throw new Error('effect', { cause });
      });
      expect(((await thrownBy(() => task)) as Error).cause).toBe(cause);
    }),
  );

  it(
    'copies the context of its creator, and its callbacks see it [AS-198]',
    inRun(async () => {
      const variable = new ContextVar('variable', { default: 'nothing' });
      variable.set('parent');
      const child = createTask(async () => {
        const before = variable.get();
        variable.set('child');
        await sleep(0);
        return [before, variable.get()];
      });
      const seen: string[] = [];
      child.addDoneCallback(() => seen.push(variable.get()));
      expect(await child).toEqual(['parent', 'child']);
      await turns();
      expect(variable.get()).toBe('parent');
      expect(seen).toEqual(['parent']);
    }),
  );

  it(
    'shares an explicit context with its creator [AS-199, AS-200]',
    inRun(async () => {
      const variable = new ContextVar('variable', { default: 'nothing' });
      const context = copyContext();
      const body = async (): Promise<void> => {
        variable.set('shared');
      };
      const task = createTask(body, { context });
      expect([task.getContext(), task.getBody()]).toEqual([context, body]);
      const own = createTask(body);
      await own;
      expect([own.getContext().get(variable), own.getContext() === own.getContext()]).toEqual(['shared', true]);
      await task;
      expect(task.getBody()).toBe(undefined);
      expect(context.get(variable)).toBe('shared');
      expect(variable.get()).toBe('nothing');
    }),
  );

  it(
    'takes what is like a promise as an await does, whatever its then gives or throws',
    inRun(async () => {
      const boom = new RangeError('no then');
      const given: [PromiseLike<unknown>, unknown][] = [
        [{ then: (resolve: (value: unknown) => void) => resolve(Promise.resolve(7)) } as never, 7],
        [
          {
            then: () => {
              throw boom;
            },
          },
          boom,
        ],
        [
          {
            get then(): never {
              throw boom;
            },
          },
          boom,
        ],
        [{ then: 'later' } as never, { then: 'later' }],
      ];
      for (const [like, outcome] of given) {
        const task = createTask(() => like);
        await capped(wait([task]), 'the task is done');
        expect(task.exception() ?? task.result()).toEqual(outcome);
      }
      const likes = given.slice(0, 2).map(([like]) => like);
      expect(await gather.settled(likes)).toEqual([7, boom]);
    }),
  );

  it(
    'says its name, its state and what it waits for when it is printed',
    inRun(async () => {
      const lock = new Lock();
      await lock.acquire();
      const task = createTask(() => lock.acquire(), { name: 'waiter' });
      await turns();
      expect(inspect(task)).toBe('Task { waiter, pending, waits to acquire a lock }');
      const awaiting = createTask(async () => task, { name: 'awaiting' });
      await turns();
      expect(inspect(awaiting)).toBe("Task { awaiting, pending, waits for task 'waiter' }");
      task.cancel();
      expect(inspect(task)).toBe('Task { waiter, pending, cancelling, waits to resume }');
      await thrownBy(() => awaiting);
      expect(inspect(task)).toBe('Task { waiter, cancelled }');
    }),
  );

  it(
    'is among all tasks until it is done',
    inRun(async () => {
      const task = createTask(() => sleep(0));
      expect([...allTasks()].map(({ name }) => name)).toEqual(['main', task.name]);
      await task;
      expect([...allTasks()]).toEqual([currentTask()]);
    }),
  );

  it('runs outside of run() as well', async () => {
    const task = createTask(async () => {
      await sleep(0);
      return currentTask()?.name;
    });
    expect(allTasks().has(task)).toBe(true);
    expect(await task).toBe(task.name);
  });
});

describe('an eager task', () => {
  const eager = true;

  it(
    'is done when createTask returns, if it does not wait [AS-253]',
    inRun(async () => {
      const task = createTask(() => 42, { eager });
      expect([task.done(), task.result(), allTasks().has(task)]).toEqual([true, 42, false]);
      const failed = createTask(
        () => {
          throw new Error('at once');
        },
        { eager },
      );
      expect((failed.exception() as Error).message).toBe('at once');
    }),
  );

  it(
    'goes on normally after its first wait [AS-254]',
    inRun(async () => {
      const log: string[] = [];
      const task = createTask(
        async () => {
          log.push('started');
          await sleep(0);
          log.push('went on');
        },
        { eager },
      );
      expect(log).toEqual(['started']);
      await task;
      expect(log).toEqual(['started', 'went on']);
    }),
  );

  it(
    'can be cancelled while it waits, with a message, and not when it is done [AS-255]',
    inRun(async () => {
      expect(createTask(() => 1, { eager }).cancel()).toBe(false);
      const task = createTask(() => sleep(60_000), { eager });
      expect(task.cancel('why')).toBe(true);
      expect(((await thrownBy(() => task)) as Error).message).toBe('why');
    }),
  );

  it(
    'is the current one during its first step, and in the set of all [AS-256]',
    inRun(async () => {
      const outer = currentTask();
      const task: Task<void> = createTask(
        async () => {
          expect(currentTask()?.name).toBe('eager');
          expect([...allTasks()].some(({ name }) => name === 'eager')).toBe(true);
          await sleep(0);
          expect(currentTask()?.name).toBe('eager');
        },
        { eager, name: 'eager' },
      );
      expect(currentTask()).toBe(outer);
      await task;
    }),
  );
});
