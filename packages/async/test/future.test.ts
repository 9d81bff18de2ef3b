import { inspect } from 'node:util';

import {
  CancelledError,
  Future,
  InvalidStateError,
  type TaskReport,
  TimeoutError,
  createTask,
  ensureFuture,
  run,
  sleep,
  timeout,
} from '@weft/async';
import { capped } from '@weft/testkit';
import { describe, expect, it } from 'vitest';

import { inRun, thrownBy, turns } from './in-run.ts';

describe('Future', () => {
  it('has no result and no error before it is done [AS-232]', () => {
    const future = new Future();
    expect([future.done(), future.cancelled()]).toEqual([false, false]);
    expect(() => future.result()).toThrow(InvalidStateError);
    expect(() => future.exception()).toThrow(InvalidStateError);
    expect(inspect(future)).toBe('Future { pending }');
  });

  it('gives its result or its error once it is done, and is cancelled once [AS-232]', () => {
    const [done, failed, cancelled] = [new Future<number>(), new Future(), new Future()];
    done.setResult(42);
    expect([done.result(), done.exception(), done.cancel()]).toEqual([42, undefined, false]);
    const boom = new Error('failed');
    failed.setException(boom);
    expect(failed.exception()).toBe(boom);
    expect(() => failed.result()).toThrow(boom);
    expect([cancelled.cancel('why'), cancelled.cancel(), cancelled.cancelled()]).toEqual([true, false, true]);
    expect(() => cancelled.result()).toThrow(CancelledError);
    expect(() => cancelled.exception()).toThrow('why');
  });

  it('is ended once [AS-234]', () => {
    const future = new Future<number>();
    future.setResult(1);
    expect(() => future.setResult(2)).toThrow(InvalidStateError);
    expect(() => future.setException(new Error('no'))).toThrow(InvalidStateError);
    expect(future.result()).toBe(1);
  });

  it('takes anything as its error [AS-235]', async () => {
    for (const odd of ['text', 0, undefined, null]) {
      const future = new Future();
      future.setException(odd);
      expect(future.exception()).toBe(odd);
      expect(await future.catch((error: unknown) => error)).toBe(odd);
    }
  });

  it('calls back in a later step, in order, and forgets every equal callback that is removed [AS-237]', async () => {
    const future = new Future<number>();
    const log: string[] = [];
    const twice = (): void => void log.push('twice');
    future.addDoneCallback(twice);
    future.addDoneCallback((done) => log.push(`first ${done.result()}`));
    future.addDoneCallback(twice);
    future.addDoneCallback(() => log.push('second'));
    expect(future.removeDoneCallback(twice)).toBe(2);
    expect(future.removeDoneCallback(twice)).toBe(0);
    future.setResult(1);
    expect(log).toEqual([]);
    future.addDoneCallback(() => log.push('late'));
    expect(log).toEqual([]);
    await turns(1);
    expect(log).toEqual(['first 1', 'second', 'late']);
  });

  it('calls the others back when callbacks change while they run [AS-238]', async () => {
    const future = new Future<void>();
    const log: string[] = [];
    const last = (): void => void log.push('last');
    future.addDoneCallback(() => {
      log.push('first');
      future.removeDoneCallback(last);
      future.addDoneCallback(() => log.push('added'));
    });
    future.addDoneCallback(last);
    future.setResult(undefined);
    await turns(1);
    expect(log).toEqual(['first', 'last', 'added']);
  });

  it('is made of a foreign promise, and stops or abandons it when it is cancelled [AS-239]', async () => {
    const future = new Future<number>();
    expect(ensureFuture(future)).toBe(future);
    expect(await ensureFuture(Promise.resolve(1))).toBe(1);
    expect(await thrownBy(() => ensureFuture(Promise.reject(new Error('foreign'))))).toMatchObject({
      message: 'foreign',
    });
    let cancelled = 0;
    const stoppable = Object.assign(new Promise(() => {}), { cancel: () => (cancelled += 1) });
    ensureFuture(stoppable).cancel();
    expect(cancelled).toBe(1);
    const abandoned = ensureFuture(new Promise(() => {}));
    expect(abandoned.cancel()).toBe(true);
    expect(await thrownBy(() => abandoned)).toBeInstanceOf(CancelledError);
  });

  it(
    'throws one and the same error to everyone, with the stack as it was [AS-240]',
    inRun(async () => {
      const boom = new Error('shared');
      const { stack } = boom;
      const future = new Future();
      const awaiting = [0, 1].map(() => createTask(async () => thrownBy(() => future)));
      await turns();
      future.setException(boom);
      for (const task of awaiting) expect(await task).toBe(boom);
      expect(boom.stack).toBe(stack);
    }),
  );

  it('is a promise to whoever passes callbacks, bound ones too, and no wait of the task', async () => {
    await run(async () => {
      const future = new Future<number>();
      const log: unknown[] = [];
      const keep = log.push.bind(log);
      const chained = future.then(keep, keep).then(() => 'chained');
      const caught = future.catch(() => {}).finally(() => log.push('finally'));
      future.setResult(1);
      expect(await chained).toBe('chained');
      expect(await caught).toBe(1);
      expect(log).toEqual([1, 'finally']);
      expect(await Promise.all([future, createTask(async () => 2)])).toEqual([1, 2]);
    });
  });

  it('reports what the `cancel` of a foreign promise throws, and every timer goes on', async () => {
    const reports: TaskReport[] = [];
    const foreign = Object.assign(new Promise<void>(() => {}), {
      cancel: () => {
        throw new Error('no way back');
      },
    });
    await run(
      async () => {
        expect(await thrownBy(() => timeout(1, async () => ensureFuture(foreign)))).toBeInstanceOf(TimeoutError);
        await capped(sleep(1), 'the timer runs on');
      },
      { unhandled: (report) => reports.push(report) },
    );
    expect(reports.map(({ error }) => (error as Error).message)).toEqual(['no way back']);
  });

  it('reports what a callback throws and calls the others, and refuses what is no function', async () => {
    const reports: TaskReport[] = [];
    const log: string[] = [];
    await run(
      async () => {
        const task = createTask(async () => {}, { name: 'watched' });
        task.addDoneCallback(() => {
          throw new Error('in the callback');
        });
        task.addDoneCallback(() => log.push('called'));
        await task;
        await turns();
      },
      { unhandled: (report) => reports.push(report) },
    );
    expect(log).toEqual(['called']);
    expect(reports.map(({ message, error }) => [message, (error as Error).message])).toEqual([
      ["A callback of task 'watched' failed", 'in the callback'],
    ]);
    expect(() => new Future().addDoneCallback(undefined as never)).toThrow('Cannot call back undefined');
  });
});
