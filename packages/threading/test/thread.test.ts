import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import {
  Event,
  InvalidStateError,
  Lock,
  SimpleQueue,
  TargetError,
  Thread,
  TransferError,
  activeCount,
  currentThread,
  enumerate,
  mainThread,
} from '@weft/threading';
import { leakCheck, runScript, until } from '@weft/testkit';
import * as threading from '@weft/threading';
import { describe, expect, it } from 'vitest';
import {
  Downloader,
  describeSelf,
  exitWithFinally,
  joinOther,
  joinSelf,
  nothing,
  overflow,
  put,
  rename,
  runUntil,
  startOther,
  waitFor,
  writeFile,
} from './fixtures/targets.ts';

leakCheck();

/** A thread that runs until it is let go. */
function running(): { thread: Thread<never>; letGo(): Promise<void> } {
  const [runs, end] = [new Event(), new Event()];
  const thread = new Thread({ target: runUntil, args: [runs, end] });
  thread.start();
  runs.waitSync();
  const letGo = async (): Promise<void> => {
    end.set();
    await thread.join();
  };
  return { thread: thread as unknown as Thread<never>, letGo };
}

describe('names', () => {
  it('keeps a name as text, also when it is a number [TH-091]', () => {
    expect(new Thread({ name: 123 as never }).name).toBe('123');
  });

  it('is called after its number and its target unless it is given a name [TH-092, TH-093]', () => {
    expect(new Thread({ target: nothing, name: 'mine' }).name).toBe('mine');
    expect(new Thread({ target: nothing, name: '' }).name).toMatch(/^Thread-\d+ \(nothing\)$/);
    expect(new Thread().name).toMatch(/^Thread-\d+$/);
  });

  it('lets other threads see a name that the thread gives itself [TH-094]', async () => {
    const [done, end] = [new Event(), new Event()];
    const thread = new Thread({ target: rename, args: ['renamed', done, end] }).start();
    await done.wait();
    expect(thread.name).toBe('renamed');
    end.set();
    await thread.join();
    expect(thread.name).toBe('renamed');
  });

  it('keeps a long name', async () => {
    const queue = new SimpleQueue<{ name: string }>();
    const name = 'n'.repeat(500);
    const thread = new Thread({ target: describeSelf, args: [queue], name }).start();
    await thread.join();
    expect(thread.name).toBe(name);
    expect(queue.getNowait().name).toMatch(/^n{100,500}$/);
  });
});

describe('life', () => {
  it('has no ident before it starts, and keeps it after its end [TH-102, TH-119]', async () => {
    const thread = new Thread({ target: nothing });
    expect([thread.ident, thread.nativeId, thread.isAlive()]).toEqual([undefined, undefined, false]);
    expect(inspect(thread)).toContain('initial');
    expect(thread.start()).toBe(thread);
    const { ident } = thread;
    expect(ident).toBeGreaterThan(0);
    expect(thread.isAlive()).toBe(true);
    await thread.join();
    expect([thread.ident, thread.isAlive()]).toEqual([ident, false]);
    expect(inspect(thread)).toContain('stopped');
  });

  it('has a native number that no other living thread has [TH-104, TH-154]', async () => {
    const threads = Array.from({ length: 4 }, () => running());
    const all = [currentThread(), ...threads.map(({ thread }) => thread)];
    expect(new Set(all.map((thread) => thread.nativeId)).size).toBe(5);
    expect(new Set(all.map((thread) => thread.ident)).size).toBe(5);
    await Promise.all(threads.map(({ letGo }) => letGo()));
  });

  it('runs while the main thread blocks from the moment it was started [TH-105]', async () => {
    const event = new Event();
    const queue = new SimpleQueue<string>();
    const thread = new Thread({ target: put, args: [queue, 'ran'] }).start();
    expect(queue.getSync({ timeout: 120_000 })).toBe('ran');
    thread.joinSync();
    expect(event.isSet()).toBe(false);
  });

  it('cannot be started twice, not even after its end [TH-106]', async () => {
    const thread = new Thread({ target: nothing }).start();
    expect(() => thread.start()).toThrow(InvalidStateError);
    await thread.join();
    expect(() => thread.start()).toThrow(InvalidStateError);
  });

  it('cannot join itself [TH-107]', async () => {
    const queue = new SimpleQueue<string>();
    await new Thread({ target: joinSelf, args: [queue] }).start().join();
    expect(queue.getNowait()).toBe('InvalidStateError');
    expect(() => mainThread().joinSync()).toThrow(InvalidStateError);
    await expect(currentThread().join()).rejects.toThrow(InvalidStateError);
  });

  it('cannot be joined before it starts [TH-108]', async () => {
    expect(() => new Thread().joinSync()).toThrow(/Cannot join Thread-\d+: it has not started/);
    await expect(new Thread().join()).rejects.toThrow(InvalidStateError);
  });

  it('returns from a join whose time runs out, and can be joined again [TH-109, TH-111]', async () => {
    const { thread, letGo } = running();
    expect(thread.joinSync({ timeout: 5 })).toBe(undefined);
    expect(await thread.join({ timeout: 5 })).toBe(undefined);
    expect(thread.isAlive()).toBe(true);
    await letGo();
    thread.joinSync();
    await thread.join();
    expect(thread.isAlive()).toBe(false);
  });

  it('refuses to be joined for a negative time [TH-110]', async () => {
    const { thread, letGo } = running();
    expect(() => thread.joinSync({ timeout: -1 })).toThrow(RangeError);
    await expect(thread.join({ timeout: -1 })).rejects.toThrow(RangeError);
    expect(thread.isAlive()).toBe(true);
    await letGo();
  });

  it('rejects a join whose signal aborts', async () => {
    const { thread, letGo } = running();
    await expect(thread.join({ signal: AbortSignal.abort(new Error('no more')) })).rejects.toThrow('no more');
    const controller = new AbortController();
    const joined = thread.join({ signal: controller.signal });
    controller.abort(new Error('left'));
    await expect(joined).rejects.toThrow('left');
    await letGo();
  });

  it('is joined from many threads at once [TH-111]', async () => {
    const { thread, letGo } = running();
    const queue = new SimpleQueue<string>();
    const joiners = Array.from({ length: 4 }, () =>
      new Thread({ target: joinOther, args: [thread as never, queue] }).start(),
    );
    const here = [thread.join(), thread.join()];
    await letGo();
    await Promise.all([...here, ...joiners.map((joiner) => joiner.join())]);
    expect(Array.from({ length: 4 }, () => queue.getNowait())).toEqual(['ended', 'ended', 'ended', 'ended']);
  });

  it('ends by itself, and leaves the list, without being joined [TH-113, TH-114]', async () => {
    const threads = Array.from({ length: 5 }, () => new Thread({ target: nothing }).start());
    await until(() => threads.every((thread) => !thread.isAlive()), 'all have ended', 60_000);
    expect(enumerate()).toEqual([mainThread()]);
  });

  it('works a hundred times in sequence [TH-120]', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'threads-'));
    const path = join(folder, 'file');
    for (let round = 0; round < 100; round += 1) {
      await new Thread({ target: writeFile, args: [path, `${round}`] }).start().join();
      expect(readFileSync(path, 'utf8')).toBe(`${round}`);
    }
    rmSync(folder, { recursive: true });
  }, 300_000);

  it('survives an overflow of its stack [TH-121]', async () => {
    const queue = new SimpleQueue<string>();
    await new Thread({ target: overflow, args: [queue] }).start().join();
    expect(queue.getNowait()).toBe('RangeError');
  });

  it('waits for what its target promises, and for a thread that it started [TH-129]', async () => {
    const queue = new SimpleQueue<string>();
    await new Thread({ target: startOther, args: [queue] }).start().join();
    expect(queue.getNowait()).toBe('from the other');
  });

  it('ends with its finally blocks at exit() [TH-140]', async () => {
    const queue = new SimpleQueue<string>();
    await new Thread({ target: exitWithFinally, args: [queue] }).start().join();
    expect(queue.getNowait()).toBe('finally');
  });

  it('runs the run method of a class that extends it [TH-099]', async () => {
    const queue = new SimpleQueue<string>();
    const thread = new Downloader('weft.dev', queue);
    await thread.start().join();
    expect(queue.getNowait()).toBe('downloader got weft.dev in itself');
  });

  it('lets go of its target and arguments once it has started [TH-118]', async () => {
    const event = new Event();
    const thread = new Thread({ target: waitFor, args: [event] }).start();
    event.set();
    await thread.join();
    expect(thread.run()).toBe(undefined);
  });
});

describe('daemon', () => {
  it('is what the thread that made it is, and may be chosen until it starts [TH-125]', async () => {
    const thread = new Thread({ target: nothing });
    expect(thread.daemon).toBe(false);
    thread.daemon = true;
    expect(inspect(thread.start())).toContain('daemon');
    expect(() => (thread.daemon = false)).toThrow(InvalidStateError);
    await thread.join();
    expect(() => (thread.daemon = false)).toThrow(InvalidStateError);
  });
});

it('starts where the program is a text and no file', async () => {
  const program = `
    import { Thread, ThreadPoolExecutor, activeCount } from '@weft/threading';
    await new Thread({ target: activeCount }).start().join();
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    console.log(await pool.submit(activeCount));
    await pool.shutdown();
  `;
  const { stdout, stderr } = await runScript(
    `import { spawnSync } from 'node:child_process';
    spawnSync(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(program)}], { stdio: 'inherit' });`,
    { timeout: 120_000 },
  );
  expect([stdout, stderr]).toEqual(['2\n', '']);
});

describe('mistakes', () => {
  it('refuses a function that the thread could not find, at once', () => {
    expect(() => new Thread({ target: () => {} })).toThrow(TargetError);
    expect(() => new Thread({ target: 3 as never })).toThrow(TypeError);
  });

  it('refuses arguments that cannot cross, and can be started with others [TH-115]', async () => {
    const bad = new Thread({ target: put, args: [new SimpleQueue(), { on: { done: () => {} } }] });
    expect(() => bad.start()).toThrow(/args\[1\]\.on\.done/);
    expect(() => bad.start()).toThrow(TransferError);
    const gone = new ArrayBuffer(8);
    structuredClone(gone, { transfer: [gone] });
    expect(() => new Thread({ args: [1, { gone }] }).start()).toThrow(/^Cannot send args\[1\]\.gone: .*detached/);
    expect(() => Object.assign(new Thread(), { gone }).start()).toThrow(/^Cannot send this\.gone: .*detached/);
    expect([bad.ident, activeCount()]).toEqual([undefined, 1]);
  });

  it('cannot be sent before it has started', () => {
    const queue = new SimpleQueue<unknown>();
    expect(() => queue.putNowait(new Thread())).toThrow(TransferError);
    expect(() => queue.putNowait(new Lock())).not.toThrow();
  });
});

describe('the list of threads', () => {
  it('is the same seen from every thread [TH-148, TH-151, TH-156]', async () => {
    const others = [running(), running()];
    const queue = new SimpleQueue<Record<string, unknown>>();
    const thread = new Thread({ target: describeSelf, args: [queue], name: 'observer', daemon: true }).start();
    const seen = await queue.get();
    await thread.join();
    expect(seen).toMatchObject({
      name: 'observer',
      ident: thread.ident,
      sameIdent: true,
      sameObject: true,
      daemon: true,
      alive: true,
    });
    expect(seen).toMatchObject({ main: 'MainThread', mainIdent: mainThread().ident, count: 4 });
    expect(new Set(seen['names'] as string[])).toEqual(
      new Set(['MainThread', 'observer', ...others.map((other) => other.thread.name)]),
    );
    expect(enumerate()).toHaveLength(activeCount());
    expect(enumerate()).toContain(others[0]?.thread);
    await Promise.all(others.map(({ letGo }) => letGo()));
    expect([activeCount(), enumerate()]).toEqual([1, [mainThread()]]);
  });

  it('has the main thread, which is the current one here [TH-148, TH-152]', () => {
    expect(currentThread()).toBe(mainThread());
    expect([mainThread().name, mainThread().isAlive(), mainThread().daemon]).toEqual(['MainThread', true, false]);
    expect(mainThread().nativeId).toBe(process.pid);
  });
});

describe('what Python has and JavaScript has otherwise', () => {
  it('has names in camelCase only [TH-044]', () => {
    const names = ['activeCount', 'currentThread', 'getIdent', 'mainThread'];
    expect(Object.keys(threading)).toEqual(expect.arrayContaining(names));
    expect(Object.keys(threading).filter((name) => name.includes('_'))).toEqual([]);
    const methods = [Thread, threading.Condition, threading.Event, threading.Queue].flatMap(({ prototype }) =>
      Object.getOwnPropertyNames(prototype),
    );
    expect(methods).toEqual(expect.arrayContaining(['isAlive', 'notifyAll', 'isSet', 'taskDone']));
    expect(methods.filter((name) => name.includes('_'))).toEqual([]);
  });

  it('has no groups of threads [TH-098]', () => {
    // @ts-expect-error -- reserved and unused in Python
    expect(new Thread({ group: 1 })).not.toHaveProperty('group');
  });

  it('cannot be a subclass that does not construct its base [TH-100]', () => {
    class Careless extends Thread {
      // @ts-expect-error -- it does not call super
      constructor() {} // oxlint-disable-line constructor-super
    }
    expect(() => new Careless()).toThrow(ReferenceError);
  });
});
