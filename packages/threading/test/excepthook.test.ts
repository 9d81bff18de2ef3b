import { type ExceptHookArgs, SimpleQueue, Thread, TransferError, excepthook, setExcepthook } from '@weft/threading';
import { leakCheck } from '@weft/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import { throwTreacherously } from './fixtures/pool-streams.ts';
import {
  CodedError,
  exitWithFinally,
  fail,
  failInCallback,
  failLater,
  failWithOwnHook,
  startFailing,
} from './fixtures/targets.ts';

leakCheck();
afterEach(() => {
  setExcepthook();
});

describe('setExcepthook', () => {
  for (const target of [fail, failLater, failInCallback]) {
    it(`tells the hook of the error and the thread before a join is done: ${target.name} [TH-112, TH-141, TH-147]`, async () => {
      const told: ExceptHookArgs[] = [];
      setExcepthook((args) => told.push(args));
      const thread = new Thread({ target, args: ['broken'] }).start();
      await thread.join();
      expect(told).toHaveLength(1);
      expect(told[0]?.thread).toBe(thread);
      expect(told[0]?.excType).toBe(CodedError);
      expect(told[0]?.excValue).toMatchObject({ name: 'CodedError', message: 'broken', code: 'E_CODED' });
      expect(told[0]?.excTraceback).toContain('targets.ts');
    });
  }

  it('tells the hook also when the main thread blocks in a join [TH-141]', () => {
    const told: ExceptHookArgs[] = [];
    setExcepthook((args) => told.push(args));
    new Thread({ target: fail, args: ['broken'] }).start().joinSync();
    expect(told.map(({ excValue }) => (excValue as Error).message)).toEqual(['broken']);
  });

  it('tells the hook of an error that cannot be made again by one that says so', async () => {
    const told: ExceptHookArgs[] = [];
    setExcepthook((args) => told.push(args));
    await new Thread({ target: throwTreacherously }).start().join();
    expect(told.map(({ excValue }) => excValue)).toEqual([expect.any(TransferError)]);
    expect(told[0]?.excValue).toMatchObject({ cause: { message: 'cannot decode' } });
  });

  it('is told of errors in threads that threads have started', async () => {
    const told: ExceptHookArgs[] = [];
    setExcepthook((args) => told.push(args));
    await new Thread({ target: startFailing, args: ['far'] }).start().join();
    expect(told.map(({ excValue, thread }) => [(excValue as Error).message, thread?.name])).toEqual([
      ['far', 'grandchild'],
    ]);
  });

  it('is passed over for a hook that the thread has set itself', async () => {
    const queue = new SimpleQueue<string>();
    const told: ExceptHookArgs[] = [];
    setExcepthook((args) => told.push(args));
    await new Thread({ target: failWithOwnHook, args: [queue], name: 'own' }).start().join();
    expect([queue.getNowait(), told]).toEqual(['own: mine', []]);
  });

  it('is not told of exit() [TH-140]', async () => {
    const told: ExceptHookArgs[] = [];
    setExcepthook((args) => told.push(args));
    await new Thread({ target: exitWithFinally, args: [new SimpleQueue<string>()] }).start().join();
    expect(told).toEqual([]);
  });

  it('answers with the hook before, and takes the first one back [TH-143]', () => {
    const hook = (): void => {};
    expect(setExcepthook(hook)).toBe(undefined);
    expect(setExcepthook(excepthook)).toBe(hook);
    expect(setExcepthook()).toBe(excepthook);
  });
});
