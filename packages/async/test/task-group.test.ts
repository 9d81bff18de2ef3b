import {
  CancelledError,
  ContextVar,
  InvalidStateError,
  KeyboardInterrupt,
  Task,
  TaskGroup,
  TaskGroupError,
  copyContext,
  createTask,
  currentTask,
  sleep,
} from '@weft/async';
import { describe, expect, it } from 'vitest';

import { inRun, thrownBy, turns } from './in-run.ts';

class ZeroDivision extends Error {}

const fail = (error: Error) => async (): Promise<never> => {
  await sleep(0);
  throw error;
};

async function groupErrors(attempt: () => unknown): Promise<Error[]> {
  const error = await thrownBy(attempt);
  expect(error).toBeInstanceOf(TaskGroupError);
  return (error as TaskGroupError).errors as Error[];
}

describe('TaskGroup', () => {
  it(
    'refuses a body that is no function',
    inRun(async () => {
      const refused = thrownBy(() => TaskGroup.run(7 as never));
      expect(await refused).toMatchObject({ name: 'TypeError', message: expect.stringContaining('Cannot run 7') });
    }),
  );

  it(
    'waits for every child, whose results can be read afterwards [AS-001]',
    inRun(async () => {
      let tasks: Task<number>[] = [];
      await TaskGroup.run((group) => {
        tasks = [42, 11].map((value) =>
          group.createTask(async () => {
            await sleep(value === 42 ? 2 : 0);
            return value;
          }),
        );
      });
      expect(tasks.map((task) => task.result())).toEqual([42, 11]);
    }),
  );

  it(
    'takes children after its body has awaited something, and gives what the body returns [AS-002]',
    inRun(async () => {
      const value = await TaskGroup.run(async (group) => {
        const first = group.createTask(async () => 1);
        await sleep(1);
        const second = group.createTask(async () => 2);
        return [await first, await second];
      });
      expect(value).toEqual([1, 2]);
    }),
  );

  it(
    'goes on when a child is cancelled by hand [AS-003]',
    inRun(async () => {
      const [first, second] = await TaskGroup.run(async (group) => {
        const cancelled = group.createTask(() => sleep(60_000));
        const other = group.createTask(async () => {
          await sleep(2);
          return 11;
        });
        await sleep(0);
        cancelled.cancel();
        return [cancelled, other] as const;
      });
      expect(first.cancelled()).toBe(true);
      expect(second.result()).toBe(11);
    }),
  );

  it(
    'cancels the siblings of the first child that fails, and throws its error in a group [AS-004]',
    inRun(async () => {
      const log: string[] = [];
      const boom = new ZeroDivision();
      let sibling: Task | undefined;
      const errors = await groupErrors(() =>
        TaskGroup.run(async (group) => {
          group.createTask(fail(boom));
          sibling = group.createTask(async () => {
            try {
              await sleep(60_000);
            } catch (error) {
              log.push((error as Error).name);
              throw error;
            }
          });
          await sleep(60_000);
          log.push('unreachable');
        }),
      );
      expect(errors).toEqual([boom]);
      expect(log).toEqual(['CancelledError']);
      expect(sibling?.cancelled()).toBe(true);
    }),
  );

  it(
    'lets the body and the children see that the parent is cancelled [AS-007]',
    inRun(async () => {
      const log: string[] = [];
      const wait = (name: string) => async (): Promise<void> => {
        try {
          await sleep(60_000);
        } finally {
          log.push(name);
        }
      };
      const parent = createTask(() =>
        TaskGroup.run(async (group) => {
          for (const name of ['a', 'b']) group.createTask(wait(name));
          await wait('body')();
        }),
      );
      await turns();
      parent.cancel();
      expect(await thrownBy(() => parent)).toBeInstanceOf(CancelledError);
      expect(log.toSorted()).toEqual(['a', 'b', 'body']);
    }),
  );

  it(
    'waits for its children when the parent is cancelled while it waits for them [AS-007]',
    inRun(async () => {
      const log: string[] = [];
      const parent = createTask(() =>
        TaskGroup.run((group) => {
          group.createTask(async () => {
            try {
              await sleep(60_000);
            } finally {
              await sleep(1);
              log.push('cleaned up');
            }
          });
        }),
      );
      await turns();
      parent.cancel();
      expect(await thrownBy(() => parent)).toBeInstanceOf(CancelledError);
      expect(log).toEqual(['cleaned up']);
    }),
  );

  it(
    'never starts the children of a body that throws before it awaits [AS-010]',
    inRun(async () => {
      let started = false;
      const boom = new Error('body');
      const body = (group: TaskGroup): never => {
        group.createTask(async () => {
          started = true;
        });
        throw boom;
      };
      for (const each of [body, async (group: TaskGroup) => body(group)]) {
        expect(await groupErrors(() => TaskGroup.run(each))).toEqual([boom]);
        await turns();
        expect(started).toBe(false);
      }
    }),
  );

  it(
    'wraps a failed inner group in the outer one, also when it was cancelled from outside [AS-011, AS-012]',
    inRun(async () => {
      for (const sibling of [false, true]) {
        const parent = createTask(() =>
          TaskGroup.run(async (outer) => {
            if (sibling) outer.createTask(() => sleep(60_000));
            await TaskGroup.run(async (inner) => {
              for (let child = 0; child < 2; child += 1) {
                inner.createTask(async () => {
                  try {
                    await sleep(60_000);
                  } finally {
                    // oxlint-disable-next-line no-unsafe-finally
                    throw new ZeroDivision();
                  }
                });
              }
              await sleep(60_000);
            });
          }),
        );
        await turns();
        parent.cancel();
        const [inner, ...rest] = await groupErrors(() => parent);
        expect(rest).toEqual([]);
        expect((inner as TaskGroupError).errors.map((error) => error.constructor)).toEqual([
          ZeroDivision,
          ZeroDivision,
        ]);
      }
    }),
  );

  it(
    'cancels an inner group silently when a child of the outer one fails [AS-013]',
    inRun(async () => {
      const boom = new ZeroDivision();
      const errors = await groupErrors(() =>
        TaskGroup.run(async (outer) => {
          outer.createTask(fail(boom));
          await TaskGroup.run(async (inner) => {
            inner.createTask(() => sleep(60_000));
            await sleep(60_000);
          });
        }),
      );
      expect(errors).toEqual([boom]);
    }),
  );

  it(
    'cancels the outer group when a child of the inner one fails, nested once [AS-014]',
    inRun(async () => {
      const boom = new ZeroDivision();
      let outerChild: Task | undefined;
      const [inner, ...rest] = await groupErrors(() =>
        TaskGroup.run(async (outer) => {
          outerChild = outer.createTask(() => sleep(60_000));
          await TaskGroup.run(async (group) => {
            group.createTask(fail(boom));
            await sleep(60_000);
          });
        }),
      );
      expect(rest).toEqual([]);
      expect((inner as TaskGroupError).errors).toEqual([boom]);
      expect(outerChild?.cancelled()).toBe(true);
    }),
  );

  it(
    'throws its errors when a child fails while the body still reacts to a cancellation [AS-015, AS-016]',
    inRun(async () => {
      for (const nested of [false, true]) {
        const boom = new ZeroDivision();
        const body = () =>
          TaskGroup.run(async (group) => {
            group.createTask(async () => {
              await sleep(3);
              throw boom;
            });
            try {
              await sleep(60_000);
            } catch (error) {
              await sleep(10);
              throw error;
            }
          });
        const parent = createTask(nested ? async () => createTask(body) : body);
        await turns();
        parent.cancel();
        expect(await groupErrors(() => parent)).toEqual([boom]);
      }
    }),
  );

  it(
    'passes a cancellation through when it has no children [AS-017]',
    inRun(async () => {
      const parent = createTask(() => TaskGroup.run(() => sleep(60_000)));
      await turns();
      parent.cancel('enough');
      const error = await thrownBy(() => parent);
      expect(error).toBeInstanceOf(CancelledError);
      expect((error as Error).message).toBe('enough');
    }),
  );

  it(
    'wraps the error that a body makes of a cancellation [AS-018]',
    inRun(async () => {
      const boom = new Error('instead');
      const parent = createTask(() =>
        TaskGroup.run(async () => {
          try {
            await sleep(60_000);
          } catch {
            throw boom;
          }
        }),
      );
      await turns();
      parent.cancel();
      expect(await groupErrors(() => parent)).toEqual([boom]);
    }),
  );

  it(
    'holds the error of a child and another one of the body [AS-019]',
    inRun(async () => {
      const [child, body] = [new ZeroDivision(), new Error('unwinding')];
      const errors = await groupErrors(() =>
        TaskGroup.run(async (group) => {
          group.createTask(fail(child));
          try {
            await sleep(60_000);
          } catch {
            throw body;
          }
        }),
      );
      expect(errors).toEqual([child, body]);
    }),
  );

  it(
    'throws a KeyboardInterrupt bare, from the body as from a child [AS-020]',
    inRun(async () => {
      const interrupt = new KeyboardInterrupt();
      const fromBody = TaskGroup.run(async (group) => {
        group.createTask(async () => {
          try {
            await sleep(60_000);
          } catch {
            throw new ZeroDivision();
          }
        });
        await sleep(0);
        throw interrupt;
      });
      expect(await thrownBy(() => fromBody)).toBe(interrupt);
      const fromChild = TaskGroup.run(async (group) => {
        group.createTask(fail(interrupt));
        await sleep(60_000);
      });
      expect(await thrownBy(() => fromChild)).toBe(interrupt);
    }),
  );

  it(
    'wraps whatever else is thrown, errors or not [AS-021, AS-022]',
    inRun(async () => {
      const errors = await groupErrors(() =>
        TaskGroup.run(async (group) => {
          group.createTask(async () => {
            throw 'a text';
          });
          try {
            await sleep(60_000);
          } catch {
            throw new RangeError('body');
          }
        }),
      );
      expect(errors[0]).toBe('a text');
      expect(errors[1]).toBeInstanceOf(RangeError);
    }),
  );

  it(
    'keeps nothing of children that are done [AS-024]',
    inRun(async () => {
      const gone: string[] = [];
      const collected = new FinalizationRegistry<string>((name) => gone.push(name));
      await TaskGroup.run(async (group) => {
        (() =>
          collected.register(
            group.createTask(async () => {}),
            'child',
          ))();
        for (let round = 0; gone.length === 0 && round < 100; round += 1) {
          await sleep(1);
          globalThis.gc?.();
        }
        expect(gone).toEqual(['child']);
      });
    }),
  );

  it(
    'takes children from children while the parent waits at its end [AS-025]',
    inRun(async () => {
      const seen: number[] = [];
      await TaskGroup.run((group) => {
        const nest = (depth: number) => async (): Promise<void> => {
          await sleep(0);
          seen.push(depth);
          if (depth < 5) group.createTask(nest(depth + 1));
        };
        group.createTask(nest(0));
      });
      expect(seen).toEqual([0, 1, 2, 3, 4, 5]);
    }),
  );

  it(
    'passes name and context on [AS-027, AS-028]',
    inRun(async () => {
      const variable = new ContextVar('variable', { default: 'outside' });
      const context = copyContext();
      await TaskGroup.run(async (group) => {
        const first = group.createTask(
          async () => {
            variable.set('inside');
            return currentTask()?.name;
          },
          { name: 'yolo', context },
        );
        expect(await first).toBe('yolo');
        expect(await group.createTask(async () => variable.get(), { context })).toBe('inside');
        expect(context.get(variable)).toBe('inside');
        expect(variable.get()).toBe('outside');
      });
    }),
  );

  it(
    'takes its own cancellation back whatever happens in the body [AS-030, AS-037]',
    inRun(async () => {
      for (const before of [0, 1]) {
        const parent = createTask(async () => {
          for (let count = 0; count < before; count += 1) currentTask()?.cancel();
          if (before > 0) await thrownBy(() => sleep(0));
          const errors = await groupErrors(() =>
            TaskGroup.run(async (group) => {
              group.createTask(async () => {
                throw new Error('child');
              });
              try {
                await sleep(60_000);
              } finally {
                // oxlint-disable-next-line no-unsafe-finally
                throw new Error('cleanup');
              }
            }),
          );
          return [errors.map(({ message }) => message), currentTask()?.cancelling()];
        });
        const end = await parent.catch(() => 'cancelled at its end');
        if (before === 0) expect(end).toEqual([['child', 'cleanup'], 0]);
        else expect(parent.cancelling()).toBe(1);
      }
    }),
  );

  it(
    'is entered once, in a task, and takes children only meanwhile [AS-031, AS-032, AS-033, AS-034, AS-036]',
    inRun(async () => {
      let ran = false;
      const body = async (): Promise<void> => {
        ran = true;
      };
      const group = new TaskGroup();
      expect(() => group.createTask(body)).toThrow(InvalidStateError);
      await group.run(async () => {
        expect(await thrownBy(() => group.run(() => {}))).toBeInstanceOf(InvalidStateError);
      });
      expect(await thrownBy(() => group.run(() => {}))).toBeInstanceOf(InvalidStateError);
      expect(() => group.createTask(body)).toThrow(/finished/);
      const failing = new TaskGroup();
      await thrownBy(() =>
        failing.run(async () => {
          failing.createTask(fail(new Error('child')));
          await thrownBy(() => sleep(60_000));
          expect(() => failing.createTask(body)).toThrow(/shutting down|finished/);
        }),
      );
      await turns();
      expect(ran).toBe(false);
    }),
  );

  it('is refused outside of a task [AS-035]', async () => {
    expect(await thrownBy(() => TaskGroup.run(() => {}))).toBeInstanceOf(InvalidStateError);
  });

  it(
    'throws its errors first when a cancellation from outside comes with them; that lands at the next wait [AS-039]',
    inRun(async () => {
      const log: string[] = [];
      const boom = new ZeroDivision();
      const parent = createTask(async () => {
        const errors = await groupErrors(() =>
          TaskGroup.run(async (group) => {
            group.createTask(async () => {
              try {
                await sleep(60_000);
              } catch {
                throw boom;
              }
            });
          }),
        );
        expect(errors).toEqual([boom]);
        log.push(`cancelling ${currentTask()?.cancelling()}`);
        try {
          await sleep(60_000);
        } catch (error) {
          log.push((error as Error).name);
        }
      });
      await turns();
      parent.cancel();
      await parent;
      expect(log).toEqual(['cancelling 1', 'CancelledError']);
    }),
  );

  it(
    'keeps a cancellation from outside that came while it had cancelled the parent itself [AS-041]',
    inRun(async () => {
      const log: string[] = [];
      const parent = createTask(async () => {
        await groupErrors(() =>
          TaskGroup.run(async (group) => {
            group.createTask(fail(new ZeroDivision()));
            group.createTask(async () => {
              try {
                await sleep(60_000);
              } finally {
                parent.cancel('outside');
                await sleep(1);
              }
            });
            await sleep(60_000);
          }),
        );
        log.push(`cancelling ${currentTask()?.cancelling()}`);
        await sleep(60_000);
      });
      const error = await thrownBy(() => parent);
      expect(error).toBeInstanceOf(CancelledError);
      expect(log).toEqual(['cancelling 1']);
    }),
  );

  it(
    'divides its errors by their kind, in their nesting',
    inRun(async () => {
      const error = (await thrownBy(() =>
        TaskGroup.run(async (group) => {
          group.createTask(async () => {
            throw new ZeroDivision();
          });
          group.createTask(async () => {
            throw new RangeError();
          });
        }),
      )) as TaskGroupError;
      const [matched, rest] = error.split(RangeError);
      expect(matched?.errors.map((each) => each.constructor)).toEqual([RangeError]);
      expect(rest?.errors.map((each) => each.constructor)).toEqual([ZeroDivision]);
    }),
  );
});
