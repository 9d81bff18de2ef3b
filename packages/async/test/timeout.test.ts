import { inspect } from 'node:util';

import {
  CancelledError,
  InvalidStateError,
  TaskGroup,
  TaskGroupError,
  Timeout,
  TimeoutError,
  createTask,
  currentTask,
  sleep,
  timeout,
  timeoutAt,
  waitFor,
} from '@weft/async';
import { until } from '@weft/testkit';
import { describe, expect, it } from 'vitest';

import { inRun, thrownBy, turns } from './in-run.ts';

describe('timeout', () => {
  it(
    'refuses a body that is no function',
    inRun(async () => {
      const refused = thrownBy(() => timeout(1, 7 as never));
      expect(await refused).toMatchObject({ name: 'TypeError', message: expect.stringContaining('Cannot run 7') });
    }),
  );

  it(
    'has a deadline on the clock of performance.now() [AS-043]',
    inRun(async () => {
      const deadline = performance.now() + 5;
      const error = await thrownBy(() =>
        timeoutAt(deadline, async (handle) => {
          expect(handle.when()).toBe(deadline);
          await sleep(60_000);
        }),
      );
      expect(error).toBeInstanceOf(TimeoutError);
      expect(performance.now()).toBeGreaterThanOrEqual(deadline);
    }),
  );

  it(
    'lets what is awaited see a CancelledError, which becomes the cause [AS-045, AS-053]',
    inRun(async () => {
      let seen: unknown;
      const error = await thrownBy(() =>
        timeout(1, async () => {
          seen = await thrownBy(() => sleep(60_000));
          throw seen;
        }),
      );
      expect(seen).toBeInstanceOf(CancelledError);
      expect(error).toBeInstanceOf(TimeoutError);
      expect((error as TimeoutError).cause).toBe(seen);
      expect((error as TimeoutError).message).toBe('Cannot finish within 1 ms');
    }),
  );

  it(
    'throws nothing and has not expired when the body ends in time [AS-046]',
    inRun(async () => {
      let handle: Timeout | undefined;
      const value = await timeout(60_000, async (given) => {
        handle = given;
        await sleep(0);
        return 'value';
      });
      expect(value).toBe('value');
      expect(handle?.expired()).toBe(false);
    }),
  );

  it(
    'has no deadline with null or Infinity [AS-047, AS-048]',
    inRun(async () => {
      for (const limit of [null, Infinity]) {
        for (const start of [timeout, timeoutAt]) {
          await start(limit, async (handle) => {
            expect(handle.when()).toBe(null);
            await sleep(2);
          });
        }
      }
    }),
  );

  it(
    'expires at the first wait when the deadline is now or past, one sleep(0) is enough [AS-049, AS-050, AS-051]',
    inRun(async () => {
      for (const delay of [0, -1, -1000]) {
        for (const nap of [60_000, 0]) {
          let handle: Timeout | undefined;
          const error = await thrownBy(() =>
            timeout(delay, async (given) => {
              handle = given;
              await sleep(nap);
              await sleep(nap);
            }),
          );
          expect(error).toBeInstanceOf(TimeoutError);
          expect(handle?.expired()).toBe(true);
        }
      }
    }),
  );

  it(
    'passes other errors on, before the deadline as after it, and restores the count [AS-052, AS-054, AS-055]',
    inRun(async () => {
      const boom = new Error('before');
      expect(
        await thrownBy(() =>
          timeout(60_000, () => {
            throw boom;
          }),
        ),
      ).toBe(boom);
      const late = new Error('unwinding');
      const last = new Error('the last one');
      const error = await thrownBy(() =>
        timeout(1, async () => {
          try {
            try {
              await sleep(60_000);
            } catch {
              throw late;
            }
          } finally {
            // oxlint-disable-next-line no-unsafe-finally
            throw last;
          }
        }),
      );
      expect(error).toBe(last);
      expect(currentTask()?.cancelling()).toBe(0);
    }),
  );

  it(
    'lets a cancellation from outside be one [AS-056]',
    inRun(async () => {
      const task = createTask(() => timeout(60_000, () => sleep(60_000)));
      await turns();
      task.cancel();
      expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
    }),
  );

  it(
    'leaves the task that caught its error uncancelled [AS-057]',
    inRun(async () => {
      const task = createTask(async () => {
        await thrownBy(() => timeout(1, () => sleep(60_000)));
        await sleep(0);
        return currentTask()?.cancelling();
      });
      expect(await task).toBe(0);
    }),
  );

  it(
    'still ends later waits when an inner one was caught while the loop was busy [AS-059]',
    inRun(async () => {
      const error = await thrownBy(() =>
        timeout(20, async () => {
          try {
            await timeout(5, async () => {
              const end = performance.now() + 30;
              while (performance.now() < end);
              await sleep(60_000);
            });
          } catch (inner) {
            if (!(inner instanceof TimeoutError)) throw inner; // both were out of time at once
          }
          await sleep(60_000);
        }),
      );
      expect(error).toBeInstanceOf(TimeoutError);
    }),
  );

  it(
    'can be moved and removed from another task [AS-060]',
    inRun(async () => {
      let handle: Timeout | undefined;
      const task = createTask(() =>
        timeout(60_000, async (given) => {
          handle = given;
          await sleep(60_000);
        }),
      );
      await turns();
      const soon = performance.now() + 2;
      handle?.reschedule(null);
      expect(handle?.when()).toBe(null);
      handle?.reschedule(soon);
      expect(handle?.when()).toBe(soon);
      expect(await thrownBy(() => task)).toBeInstanceOf(TimeoutError);
      expect(handle?.expired()).toBe(true);
    }),
  );

  it(
    'names its state when it is printed [AS-061]',
    inRun(async () => {
      const handle = new Timeout(performance.now() + 60_000);
      expect(inspect(handle)).toMatch(/created/);
      await handle.run(() => expect(inspect(handle)).toMatch(/active, \d+ ms left/));
      expect(inspect(handle)).toMatch(/finished/);
      const expired = new Timeout(performance.now());
      await thrownBy(() => expired.run(() => sleep(60_000)));
      expect(inspect(expired)).toMatch(/expired/);
      const disabled = new Timeout(null);
      await disabled.run(() => expect(inspect(disabled)).toMatch(/no deadline/));
    }),
  );

  it(
    'works on its own inside a finally of one that expired [AS-062]',
    inRun(async () => {
      const log: unknown[] = [];
      const error = await thrownBy(() =>
        timeout(1, async () => {
          try {
            await sleep(60_000);
          } finally {
            log.push(await thrownBy(() => timeout(1, () => sleep(60_000))));
          }
        }),
      );
      expect(error).toBeInstanceOf(TimeoutError);
      expect(log[0]).toBeInstanceOf(TimeoutError);
    }),
  );

  it(
    'tells its own cancellation from one that was swallowed before, and from a second one [AS-063, AS-064]',
    inRun(async () => {
      currentTask()?.cancel();
      expect(await thrownBy(() => sleep(0))).toBeInstanceOf(CancelledError);
      expect(await thrownBy(() => timeout(0, () => sleep(60_000)))).toBeInstanceOf(TimeoutError);
      const again = timeout(60_000, async () => {
        currentTask()?.cancel();
        await sleep(60_000);
      });
      expect(await thrownBy(() => again)).toBeInstanceOf(CancelledError);
      while ((currentTask()?.uncancel() ?? 0) > 0);
    }),
  );

  it(
    'is entered once, in a task, and moved only while it runs [AS-065, AS-066]',
    inRun(async () => {
      const handle = new Timeout(null);
      expect(() => handle.reschedule(1)).toThrow(/not been entered/);
      await handle.run(async () => {
        expect(await thrownBy(() => handle.run(() => {}))).toBeInstanceOf(InvalidStateError);
      });
      expect(await thrownBy(() => handle.run(() => {}))).toBeInstanceOf(InvalidStateError);
      expect(() => handle.reschedule(1)).toThrow(/finished/);
      const late = new Timeout(performance.now());
      await thrownBy(() =>
        late.run(async () => {
          try {
            await sleep(60_000);
          } finally {
            expect(() => late.reschedule(1)).toThrow(/expiring/);
          }
        }),
      );
      expect(() => late.reschedule(1)).toThrow(/expired/);
    }),
  );

  it('is refused outside of a task [AS-067]', async () => {
    expect(await thrownBy(() => timeout(1, () => {}))).toBeInstanceOf(InvalidStateError);
  });

  it(
    'lets a group whose child fails in its cleanup throw, and restores the count [AS-068]',
    inRun(async () => {
      const error = await thrownBy(() =>
        timeout(1, () =>
          TaskGroup.run((group) => {
            group.createTask(async () => {
              try {
                await sleep(60_000);
              } finally {
                // oxlint-disable-next-line no-unsafe-finally
                throw new Error('cleanup');
              }
            });
          }),
        ),
      );
      expect(error).toBeInstanceOf(TaskGroupError);
      expect(currentTask()?.cancelling()).toBe(0);
      await sleep(0);
    }),
  );

  it(
    'refuses what is no time, and keeps the one that it has',
    inRun(async () => {
      for (const odd of [Number.NaN, '5', undefined, {}]) {
        const refusal = new RangeError(`Cannot set a timeout of ${String(odd)} ms`);
        expect(() => timeout(odd as never, () => {})).toThrow(refusal);
        expect(() => timeoutAt(odd as never, () => {})).toThrow(refusal);
        expect(await thrownBy(() => waitFor(() => sleep(0), odd as never))).toEqual(refusal);
        const left = await timeout(60_000, async (handle) => {
          const before = handle.when();
          expect(() => handle.reschedule(odd as never)).toThrow(refusal);
          return handle.when() === before;
        });
        expect(left).toBe(true);
      }
    }),
  );

  it(
    'leaves no cancellation behind when the body met none, also in a task that has swallowed one before',
    inRun(async () => {
      const task = createTask(async () => {
        await thrownBy(() => sleep(60_000));
        const handle = await timeout(1, async (own) => {
          await until(() => own.expired(), 'time has run out');
          return own;
        });
        await sleep(0);
        return [handle.expired(), currentTask()?.cancelling()];
      });
      await turns();
      task.cancel();
      expect(await task).toEqual([true, 1]);
    }),
  );
});
