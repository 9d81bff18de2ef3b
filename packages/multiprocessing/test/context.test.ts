import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { InvalidStateError } from '@weft/core';
import {
  LogLevel,
  Process,
  cpuCount,
  freezeSupport,
  getAllStartMethods,
  getContext,
  getLogger,
  getStartMethod,
  logToStderr,
  setExecutable,
  setStartMethod,
} from '@weft/multiprocessing';
import * as multiprocessing from '@weft/multiprocessing';
import { leakCheck } from '@weft/testkit';
import { afterEach, describe, expect, it } from 'vitest';
import * as targets from './fixtures/process-targets.ts';

leakCheck();

describe('the start method', () => {
  afterEach(() => setStartMethod(undefined, { force: true }));

  it('is spawn, and never fork [MP-053]', () => {
    expect(getAllStartMethods()).toEqual(['spawn']);
    expect(getStartMethod({ allowNone: true })).toBe(undefined);
    expect(getStartMethod()).toBe('spawn');
    expect(getStartMethod({ allowNone: true })).toBe('spawn');
  });

  it('is what a context is printed with', () => {
    expect(inspect(getContext('spawn'))).toBe('Context { spawn }');
  });

  it('is settled once, unless it is forced [MP-050]', () => {
    setStartMethod('spawn');
    expect(() => setStartMethod('spawn')).toThrow(InvalidStateError);
    setStartMethod('spawn', { force: true });
    for (const method of ['fork', 'forkserver', 'zzz'])
      expect(() => setStartMethod(method as never, { force: true })).toThrow(RangeError);
  });

  it('is not settled by the use of a context [MP-051, MP-052]', () => {
    getContext('spawn').cpuCount();
    freezeSupport();
    expect(getStartMethod({ allowNone: true })).toBe(undefined);
    setStartMethod('spawn');
  });
});

describe('a context', () => {
  it.each([
    ...['AuthenticationError', 'Barrier', 'BoundedSemaphore', 'BufferTooShortError', 'Condition', 'Event'],
    ...['JoinableQueue', 'Lock', 'Manager', 'Pipe', 'Pool', 'Process', 'Queue', 'RLock', 'Semaphore', 'SharedArray'],
    ...['SharedValue', 'SimpleQueue', 'TimeoutError', 'activeChildren', 'cpuCount', 'currentProcess', 'freezeSupport'],
    ...['getLogger', 'logToStderr', 'parentProcess', 'setExecutable'],
  ] as const)("has the module's %s [MP-048]", (name) => {
    expect(getContext()[name]).toBe(multiprocessing[name]);
  });

  it('has everything, and a start method for good [MP-048, MP-049]', async () => {
    const context = getContext('spawn');
    expect(getContext()).toBe(context);
    expect(context.getContext()).toBe(context);
    expect([context.getStartMethod(), context.getAllStartMethods()]).toEqual(['spawn', ['spawn']]);
    expect(() => context.setStartMethod()).toThrow(InvalidStateError);
    const child = new context.Process({ target: targets.doNothing }).start();
    expect(context.activeChildren()).toEqual([child]);
    await child.join();
    expect(child).toBeInstanceOf(Process);
    for (const name of [
      'Barrier',
      'Condition',
      'Event',
      'Lock',
      'Manager',
      'Pipe',
      'Pool',
      'Queue',
      'RLock',
      'Semaphore',
    ] as const) {
      expect(context[name]).toEqual(expect.any(Function));
    }
  });

  it('is refused for methods that there are not, with the reason [MP-048, MP-054]', () => {
    expect(() => getContext('fork' as never)).toThrow(/a running Node cannot be forked/);
    expect(() => getContext('zzz' as never)).toThrow(RangeError);
  });
});

it('starts children with the executable that is set [MP-039]', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'weft-executable-'));
  try {
    for (const path of [process.execPath, Buffer.from(process.execPath), pathToFileURL(process.execPath)]) {
      setExecutable(path);
      const report = join(folder, 'report');
      await new Process({ target: targets.reportSurroundings, args: [report] }).start().join();
      expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ execPath: process.execPath });
    }
    setExecutable('/nowhere/node');
    expect(() => new Process({ target: targets.doNothing }).start()).toThrow(/there is no \/nowhere\/node/);
  } finally {
    setExecutable(process.execPath);
    rmSync(folder, { recursive: true });
  }
});

it('counts the processors that this process may use [MP-209]', () => {
  expect(cpuCount()).toBe(availableParallelism());
});

describe('the logger', () => {
  it('is printed with its level', () => {
    expect(inspect(getLogger())).toBe('Logger { silent }');
    getLogger().level = LogLevel.Info;
    expect(inspect(getLogger())).toBe('Logger { from INFO on }');
    getLogger().level = 33;
    expect(inspect(getLogger())).toBe('Logger { from 33 on }');
  });

  afterEach(() => {
    getLogger().level = LogLevel.NotSet;
  });

  it('says what weighs enough, with the name of the process, in children too [MP-284, MP-285]', async () => {
    logToStderr(LogLevel.Info);
    const child = new Process({ target: targets.log, name: 'Talker', stdio: ['ignore', 'ignore', 'pipe'] }).start();
    let text = '';
    child.stderr?.setEncoding('utf8').on('data', (part: string) => (text += part));
    const ended = new Promise((resolve) => child.stderr?.once('end', resolve));
    await child.join();
    await ended;
    expect(text).toBe('[INFO/Talker] quite\n[WARNING/Talker] very\n');
    expect(() => {
      getLogger().level = -1;
    }).toThrow(RangeError);
  });

  it('is silent unless it is told to speak', () => {
    expect(getLogger().level).toBe(LogLevel.NotSet);
    expect(logToStderr().level).toBe(LogLevel.Warning);
  });
});
