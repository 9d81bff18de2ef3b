import {
  Barrier,
  Condition,
  Event,
  Listener,
  Lock,
  Manager,
  Pipe,
  Pool,
  Process,
  ProcessPoolExecutor,
  Queue,
  RLock,
  ShareableList,
  SharedArray,
  SharedMemory,
  SharedValue,
  SimpleQueue,
  getStartMethod,
  setStartMethod,
} from '@weft/multiprocessing';
import { afterAll, describe, expect, it } from 'vitest';
import { doNothing } from './fixtures/process-targets.ts';

const pool = new Pool(1);
afterAll(() => pool.terminate());

const takers: Record<string, (options: never) => unknown> = {
  Process: (options) => new Process(options),
  Pool: (options) => new Pool(1, options),
  ProcessPoolExecutor: (options) => new ProcessPoolExecutor(options),
  Manager: (options) => new Manager(options),
  Listener: (options) => new Listener(undefined, options),
  Barrier: (options) => new Barrier(1, options),
  Pipe: (options) => Pipe(options),
  SharedMemory: (options) => new SharedMemory(options),
  SharedValue: (options) => new SharedValue('i', 0, options),
  SharedArray: (options) => new SharedArray('i', 1, options),
  ShareableList: (options) => new ShareableList([1], options),
  getStartMethod: (options) => getStartMethod(options),
  setStartMethod: (options) => setStartMethod('spawn', options),
  'queue.shutdown': (options) => new Queue().shutdown(options),
  'pool.applyAsync': (options) => pool.applyAsync(doNothing, [], options),
  'pool.mapAsync': (options) => pool.mapAsync(doNothing, [1], options),
  'pool.starmapAsync': (options) => pool.starmapAsync(doNothing, [[]], options),
  'pool.imap': (options) => pool.imap(doNothing, [1], options),
};

it.each(Object.keys(takers))('of %s are refused if they are no object: they would be ignored', (name) => {
  for (const bad of [null, 'secret', 4, doNothing, [1]])
    expect(() => takers[name]?.(bad as never)).toThrow(/^Cannot .* with .*: options must be an object$/);
});

it('change nothing in an executor if they are no object', async () => {
  await using executor = new ProcessPoolExecutor({ maxWorkers: 1 });
  const refused = /^Cannot .* with .*: options must be an object$/;
  for (const bad of [null, 5, 'x', [], doNothing] as never[]) {
    await expect(executor.shutdown(bad)).rejects.toThrow(refused);
    await expect(executor.room(bad)).rejects.toThrow(refused);
    expect(() => executor.with(bad)).toThrow(refused);
    expect(() => executor.map(doNothing, [1], bad)).toThrow(refused);
    expect(() => executor.starmap(doNothing, [[]], bad)).toThrow(refused);
  }
  expect(await executor.submit(doNothing)).toBeUndefined();
});

it('of a managed wait are refused if they are an array', async () => {
  await using manager = new Manager();
  await manager.start();
  const lock = await manager.Lock();
  await expect(lock.acquire([] as never)).rejects.toThrow('options must be an object');
});

const argless: Record<string, new (given: never) => unknown> = { Lock, RLock, Event, SimpleQueue };

it.each(Object.keys(argless))('that there are none of are refused by %s, instead of being kept for later', (name) => {
  for (const bad of [null, 5, true, {}, 'name'])
    expect(() => new (argless[name] as (typeof argless)[string])(bad as never)).toThrow(
      /^Cannot make an? .* with .*: it takes no such argument$/,
    );
});

it('are refused by a condition behind its lock', () => {
  expect(() => new Condition(new Lock(), 5 as never)).toThrow('Cannot make a condition with 5: ');
});

describe('options of a process', () => {
  it.each([{ env: 5 }, { env: null }, { env: ['PATH'] }, { cwd: 5 }, { cwd: {} }])(
    'are refused that it cannot be started with: %o',
    (bad) => {
      expect(() => new Process(bad as never)).toThrow(/^Cannot use (?:env|cwd) = /);
    },
  );
});

it('tells of a target that is none also if there are no items', () => {
  const none = null as never;
  for (const map of [() => pool.mapAsync(none, []), () => pool.starmapAsync(none, []), () => pool.imap(none, [])])
    expect(map).toThrow('Cannot use null as a target');
});

it('keeps a connection whose receiver says no number of bytes', async () => {
  const [here, there] = Pipe();
  await there.sendBytes(Buffer.from('kept'));
  for (const bad of [null, [], true, '5'])
    await expect(here.recvBytes(bad as never)).rejects.toThrow(/bytes: it must be a number$/);
  expect(String(await here.recvBytes(4))).toBe('kept');
});
