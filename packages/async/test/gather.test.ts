import { inspect } from 'node:util';

import {
  CancelledError,
  Event,
  Future,
  type Task,
  TaskGroup,
  asCompleted,
  createTask,
  gather,
  shield,
  sleep,
} from '@weft/async';
import { describe, expect, it } from 'vitest';

import { inRun, thrownBy, turns } from './in-run.ts';

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

describe('gather', () => {
  it(
    'gives results in the order of its arguments, of functions, tasks and promises [AS-221]',
    inRun(async () => {
      const results = await gather(later('slow', 3), createTask(later(2)), Promise.resolve(true), () => 'at once');
      expect(results).toEqual(['slow', 2, true, 'at once']);
      expect(await gather([later(1, 2), later(2)])).toEqual([1, 2]);
      expect(await gather(new Set([createTask(later('x'))]))).toEqual(['x']);
    }),
  );

  it(
    'takes one awaitable given twice as one',
    inRun(async () => {
      const task = createTask(later('once'));
      const promise = Promise.resolve('promise');
      expect(await gather(task, promise, task, promise)).toEqual(['once', 'promise', 'once', 'promise']);
    }),
  );

  it(
    'throws the first failure at once while the others run on [AS-222]',
    inRun(async () => {
      const boom = new Error('first');
      const gate = new Event();
      const slow = createTask(() => gate.wait());
      const all = gather(slow, failing(boom));
      expect(await thrownBy(() => all)).toBe(boom);
      expect(slow.done()).toBe(false);
      gate.set();
      expect(await slow).toBe(true);
    }),
  );

  it(
    'gives failures as values with settled [AS-223]',
    inRun(async () => {
      const boom = new Error('value');
      const cancelled = createTask(() => sleep(60_000));
      cancelled.cancel();
      const [value, error, cancellation] = await gather.settled(later(1), failing(boom), cancelled);
      expect([value, error]).toEqual([1, boom]);
      expect(cancellation).toBeInstanceOf(CancelledError);
    }),
  );

  it(
    'takes a cancelled child as one that failed with a CancelledError [AS-224]',
    inRun(async () => {
      const child = createTask(() => sleep(60_000));
      const all = gather(child, later(1));
      await turns();
      child.cancel();
      expect(await thrownBy(() => all)).toBeInstanceOf(CancelledError);
    }),
  );

  it(
    'gives an empty list for nothing [AS-225]',
    inRun(async () => {
      expect(await gather()).toEqual([]);
      expect(await gather([])).toEqual([]);
      expect(await gather.settled()).toEqual([]);
    }),
  );

  it(
    'cancels all children when the task that awaits it is cancelled, and waits for their cleanup [AS-227, AS-230]',
    inRun(async () => {
      for (const start of [gather, gather.settled]) {
        const log: string[] = [];
        const child = (name: string) => async (): Promise<void> => {
          try {
            await sleep(60_000);
          } finally {
            await sleep(1);
            log.push(name);
          }
        };
        const task = createTask(async () => start(child('a'), child('b')));
        await turns();
        task.cancel('why');
        const error = await thrownBy(() => task);
        expect(error).toBeInstanceOf(CancelledError);
        expect((error as Error).message).toBe('why');
        expect(log).toEqual(['a', 'b']);
      }
    }),
  );

  it('takes later failures of other children as seen [AS-228]', async () => {
    const reports: unknown[] = [];
    const body = inRun(
      async () => {
        await thrownBy(() => gather(failing(new Error('first')), failing(new Error('second'), 1)));
        await sleep(3);
      },
      { unhandled: (report) => reports.push(report) },
    );
    await body();
    expect(reports).toEqual([]);
  });

  it(
    'refuses to be cancelled when nothing is left to cancel [AS-229]',
    inRun(async () => {
      const child = createTask(async () => 1);
      await child;
      const all = gather(child);
      expect(all.cancel()).toBe(false);
      expect(await all).toEqual([1]);
    }),
  );

  it(
    'gathers shields, and is shielded [AS-220]',
    inRun(async () => {
      const gate = new Event();
      const inner = createTask(() => gate.wait());
      const all = gather(shield(inner), () => sleep(60_000));
      await turns();
      all.cancel();
      expect(await thrownBy(() => all)).toBeInstanceOf(CancelledError);
      gate.set();
      expect(await inner).toBe(true);
      gate.clear();
      const gathered = gather(() => gate.wait(), later('b'));
      const awaiting = createTask(async () => shield(gathered));
      await turns();
      awaiting.cancel();
      expect(await thrownBy(() => awaiting)).toBeInstanceOf(CancelledError);
      gate.set();
      expect(await gathered).toEqual([true, 'b']);
    }),
  );

  it(
    'completes deep trees, of gathers and of groups [AS-258]',
    inRun(async () => {
      const tree = async (depth: number): Promise<number> => {
        if (depth === 0) return 1;
        const [left, right] = await gather(
          () => tree(depth - 1),
          () => tree(depth - 1),
        );
        return left + right;
      };
      expect(await tree(9)).toBe(512);
      let leaves = 0;
      const groups = async (depth: number): Promise<void> => {
        if (depth === 0) leaves += 1;
        else
          await TaskGroup.run((group) => {
            for (let child = 0; child < 2; child += 1)
              group.createTask(() => groups(depth - 1), { eager: depth % 2 === 0 });
          });
      };
      await groups(8);
      expect(leaves).toBe(256);
    }),
  );

  it(
    'names its state when it is printed',
    inRun(async () => {
      const all = gather(later(1), later(2));
      expect(inspect(all)).toBe('GatheringFuture { pending, 2 of 2 not done }');
      await all;
      expect(inspect(all)).toBe('GatheringFuture { finished, 0 of 2 not done }');
    }),
  );

  it(
    'may be in another one, and so on, tens of thousands deep, when it ends, is cancelled or its run is over',
    inRun(async () => {
      const DEPTH = 20_000;
      const nested = (innermost: Future<number>, around: (inner: Future<unknown>) => Future<unknown>): Future => {
        let outer: Future<unknown> = innermost;
        for (let depth = 0; depth < DEPTH; depth += 1) outer = around(outer);
        return outer;
      };
      const [first, second, third] = [new Future<number>(), new Future<number>(), new Future<number>()];
      const [gathered, failed, cancelled] = [nested(first, gather), nested(second, shield), nested(third, gather)];
      first.setResult(1);
      second.setException(new RangeError('inside'));
      cancelled.cancel();
      expect([gathered.done(), String(failed.exception()), third.cancelled()]).toEqual([
        true,
        'RangeError: inside',
        true,
      ]);

      const log: string[] = [];
      const innermost = async (): Promise<void> => {
        try {
          await sleep(60_000);
        } finally {
          await sleep(0);
          log.push('unwound');
        }
      };
      const tasks = (): Task => {
        let task: Task<unknown> = createTask(innermost);
        for (let depth = 0; depth < DEPTH; depth += 1) {
          const below = task;
          task = createTask(async () => await gather(below));
        }
        return task;
      };
      const task = tasks();
      await sleep(0);
      task.cancel();
      expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
      expect(log).toEqual(['unwound']);
      tasks(); // are left to the end of the run
      await sleep(0);
    }),
  );

  it(
    'is cancelled once by way of all that await it',
    inRun(async () => {
      const counts: number[] = [];
      let layer: Task<unknown> = createTask(async () => {
        await sleep(60_000);
      });
      const all = [layer];
      for (let depth = 0; depth < 40; depth += 1) {
        const below = layer;
        const wait = async (): Promise<unknown> => await below;
        layer = createTask(async () => await gather(wait, wait));
        all.push(layer);
      }
      await turns(50);
      layer.cancel();
      for (const task of all) counts.push(task.cancelling());
      expect(await thrownBy(() => layer)).toBeInstanceOf(CancelledError);
      expect(counts.slice(1)).toEqual(counts.slice(1).map(() => 1));
    }),
  );

  it('refuses what cannot be waited for', () => {
    expect(() => gather(42 as never)).toThrow(TypeError);
  });

  it('works outside of tasks', async () => {
    expect(await gather(later(1), later(2))).toEqual([1, 2]);
  });

  it(
    'refuses what cannot be waited for before it starts anything, as `asCompleted` does',
    inRun(async () => {
      const started: string[] = [];
      const start = async (): Promise<void> => void started.push('started');
      for (const odd of [5, undefined, Symbol('odd'), Object.create(null)]) {
        for (const attempt of [
          () => gather(start, odd as never),
          () => gather([start, odd as never]),
          () => gather.settled(start, odd as never),
          () => asCompleted([start, odd as never]),
        ]) {
          expect(attempt).toThrow(TypeError);
          expect(attempt).toThrow(`Cannot wait for ${inspect(odd)}`);
        }
        expect(() => createTask(odd as never)).toThrow(`Cannot make a task of ${inspect(odd)}`);
      }
      expect(() => asCompleted([start], { timeout: -1 })).toThrow(RangeError);
      expect(() => createTask(start, { context: {} as never })).toThrow('the context {}');
      await turns();
      expect(started).toEqual([]);
    }),
  );
});
