import { getEventListeners } from 'node:events';
import { setTimeout as foreignSleep } from 'node:timers/promises';
import { inspect } from 'node:util';

import {
  CancelledError,
  InvalidStateError,
  cancellable,
  createTask,
  currentSignal,
  currentTask,
  sleep,
} from '@weft/async';
import { interruptible } from '@weft/core/lowlevel';
import { describe, expect, it } from 'vitest';

import { inRun, thrownBy, turns } from './in-run.ts';

function thrownAtOnce(): never {
  throw new Error('no way');
}

describe('cancellable', () => {
  it(
    'passes on what a foreign promise gives',
    inRun(async () => {
      expect(await cancellable(Promise.resolve(1))).toBe(1);
      expect(await cancellable(async () => 2)).toBe(2);
      const boom = new Error('foreign');
      expect(await thrownBy(() => cancellable(Promise.reject(boom)))).toBe(boom);
      expect(await thrownBy(() => cancellable(async () => Promise.reject(boom)))).toBe(boom);
      expect(
        await thrownBy(() =>
          cancellable(() => {
            throw boom;
          }),
        ),
      ).toBe(boom);
    }),
  );

  it(
    'ends the wait for a promise at once when the task is cancelled',
    inRun(async () => {
      const task = createTask(() => cancellable(new Promise(() => {})));
      await turns();
      task.cancel();
      expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
    }),
  );

  it(
    'aborts the operation and waits until it has settled, and throws once',
    inRun(async () => {
      const log: string[] = [];
      const task = createTask(async () => {
        const error = await thrownBy(() =>
          cancellable(async (signal) => {
            try {
              await foreignSleep(60_000, undefined, { signal });
            } finally {
              await foreignSleep(2);
              log.push('settled');
            }
          }),
        );
        log.push((error as Error).name);
        await sleep(0);
        log.push('went on');
      });
      await turns();
      task.cancel();
      await task;
      expect(log).toEqual(['settled', 'CancelledError', 'went on']);
    }),
  );

  it(
    'starts nothing when a cancellation is pending',
    inRun(async () => {
      let started = false;
      const task = createTask(async () => {
        currentTask()?.cancel();
        await cancellable(async () => {
          started = true;
        });
      });
      expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
      expect(started).toBe(false);
    }),
  );

  it(
    'leaves no wait behind when it is given no promise: a cancellation afterwards reaches the next wait',
    inRun(async () => {
      for (const wrong of [5, () => 5, { then: () => thrownAtOnce() }, () => ({ then: () => thrownAtOnce() })]) {
        const task = createTask(async () => {
          await thrownBy(() => cancellable(wrong as never));
          expect(inspect(currentTask())).toBe(`Task { ${currentTask()?.name}, pending }`);
          currentTask()?.cancel();
          await sleep(0);
        });
        expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
      }
    }),
  );
});

describe('currentSignal', () => {
  it(
    'aborts with the cancellation of the task, and is renewed afterwards',
    inRun(async () => {
      const signals: AbortSignal[] = [];
      const task = createTask(async () => {
        for (let round = 0; round < 2; round += 1) {
          const signal = currentSignal();
          signals.push(signal);
          expect(currentSignal()).toBe(signal);
          await thrownBy(() => sleep(60_000));
        }
      });
      await turns();
      task.cancel('first');
      await turns();
      expect(signals.map(({ aborted }) => aborted)).toEqual([true, false]);
      expect(signals[0]?.reason).toMatchObject({ message: 'first' });
      task.cancel();
      await task;
      expect(signals[1]?.aborted).toBe(true);
    }),
  );

  it(
    'ends a task as cancelled whose foreign wait it aborted',
    inRun(async () => {
      const task = createTask(() => foreignSleep(60_000, undefined, { signal: currentSignal() }));
      await turns();
      task.cancel();
      expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
      expect(task.cancelled()).toBe(true);
    }),
  );

  it(
    'is aborted already while a cancellation is pending',
    inRun(async () => {
      const task = createTask(async () => {
        currentTask()?.cancel();
        expect(currentSignal().aborted).toBe(true);
      });
      expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
    }),
  );

  it('needs a task', () => {
    expect(() => currentSignal()).toThrow(InvalidStateError);
  });
});

describe('a wait of a sibling package', () => {
  /** A wait as `lock.acquire()` of another package makes it. */
  const wait = (log: string[], granted = false): Promise<string> =>
    interruptible<string>(
      {},
      {
        action: 'acquire a lock of another package',
        begin: () => {
          log.push('begun');
          return () => {
            log.push('withdrawn');
            return !granted;
          };
        },
      },
    );

  it(
    'is ended by the cancellation of its task, exactly once',
    inRun(async () => {
      const log: string[] = [];
      const task = createTask(async () => {
        const error = await thrownBy(() => wait(log));
        expect(error).toBeInstanceOf(CancelledError);
        await sleep(0);
        log.push('went on');
      });
      await turns();
      expect(task).toMatchObject({ name: task.name });
      task.cancel();
      await task;
      expect(log).toEqual(['begun', 'withdrawn', 'went on']);
    }),
  );

  it(
    'keeps what it was granted already: the cancellation lands at the next wait',
    inRun(async () => {
      const log: string[] = [];
      const task = createTask(async () => {
        void wait(log, true);
        await thrownBy(() => sleep(60_000));
        log.push('cancelled at the next wait');
      });
      await turns();
      task.cancel();
      await task;
      expect(log).toEqual(['begun', 'withdrawn', 'cancelled at the next wait']);
    }),
  );

  it(
    'does not begin when a cancellation is pending',
    inRun(async () => {
      const log: string[] = [];
      const task = createTask(async () => {
        currentTask()?.cancel();
        await wait(log);
      });
      expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
      expect(log).toEqual([]);
    }),
  );
});

describe('signals', () => {
  it(
    'collect no listeners over many waits',
    inRun(async () => {
      const signal = currentSignal();
      for (let round = 0; round < 100; round += 1) await cancellable(async () => sleep(0));
      expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    }),
  );
});
