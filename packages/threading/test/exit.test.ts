import { runScript } from '@weft/testkit';
import { describe, expect, it } from 'vitest';

const SLOW = `
import { Event, Local, Thread, ThreadPoolExecutor, currentThread, exit, isMain, mainThread, setExcepthook } from '@weft/threading';
export function slow(ms) { new Event().waitSync({ timeout: ms }); console.log('thread is done'); }
export function forever() { console.log('daemon runs'); for (;;) new Event().waitSync({ timeout: 1_000 }); }
export function fail() { throw Object.assign(new RangeError('broken'), { code: 'E_BROKEN' }); }
export function quit() { try { exit(3); } finally { console.log('finally'); } }
export function startSlow(started) {
  new Thread({ target: slow, args: [150], daemon: false }).start();
  started.set();
  if (currentThread().name === 'daemon') forever();
}
export function dies(begun, leave, dead) { begun.set(); leave.waitSync(); dead.set(); process.exit(1); }
export function waitsFor(event) { event.waitSync(); new Event().waitSync({ timeout: 300 }); console.log('thread is done'); }
export function one() { return 1; }
export function tidies() { process.on('exit', () => console.log('tidied up')); }
export function nested() { new Thread({ target: slow, args: [100] }).start(); console.log('outer is done'); }
export function waits(go, done) { go.waitSync(); console.log('thread is done'); done.set(); }
export function daemonOfThread(...gates) { new Thread({ target: waits, args: gates, daemon: true }).start(); console.log('outer is done'); }
`;

function script(body: string): ReturnType<typeof runScript> {
  return runScript(`${SLOW}\nif (isMain(import.meta)) {\n${body}\n}`, { timeout: 120_000 });
}

describe('the end of the program', () => {
  const ends = {
    'the main module is done': ['', 0, ''],
    'process.exit() is called': ['process.exit(4);', 4, ''],
    'exit() is called': ['exit(5);', 5, ''],
    'exit() is called later': ['setTimeout(() => exit(6), 1);', 6, ''],
    'the main thread throws': ["throw new Error('main is broken');", 1, 'main is broken'],
  } as const;
  for (const [name, [end, status, error]] of Object.entries(ends)) {
    it(`waits for threads when ${name} [TH-127, TH-128]`, async () => {
      const { stdout, stderr, exitCode } = await script(
        `new Thread({ target: slow, args: [150] }).start(); console.log('main is done'); ${end}`,
      );
      expect(stdout).toBe('main is done\nthread is done\n');
      expect(stderr).toContain(error);
      if (error === '') expect(stderr).toBe('');
      expect(exitCode).toBe(status);
    });
  }

  it('calls what was registered before the first thread once, before it waits for threads [TH-134]', async () => {
    const { stdout, exitCode } = await script(`
      process.on('exit', () => console.log('registered'));
      new Thread({ target: slow, args: [150] }).start();
      process.exit(0);
    `);
    expect(stdout).toBe('registered\nthread is done\n');
    expect(exitCode).toBe(0);
  });

  it('waits for threads that threads have started [TH-129]', async () => {
    const { stdout, exitCode } = await script('new Thread({ target: nested }).start();');
    expect(stdout).toBe('outer is done\nthread is done\n');
    expect(exitCode).toBe(0);
  });

  it('waits for threads that daemons and tasks of pools have started [TH-127, TH-129]', async () => {
    for (const start of [
      "new Thread({ target: startSlow, args: [started], name: 'daemon', daemon: true }).start();",
      'new ThreadPoolExecutor({ maxWorkers: 1 }).submit(startSlow, started);',
    ]) {
      for (const end of ['', 'process.exit(0);']) {
        const { stdout, exitCode } = await script(`const started = new Event(); ${start} await started.wait(); ${end}`);
        expect(stdout.replace('daemon runs\n', '')).toBe('thread is done\n');
        expect(exitCode).toBe(0);
      }
    }
  });

  it('waits for threads also if a worker of a pool dies meanwhile [TH-128]', async () => {
    const { stdout, stderr, exitCode } = await script(`
      const [begun, leave, dead] = [new Event(), new Event(), new Event()];
      process.on('exit', () => leave.set());
      new Thread({ target: waitsFor, args: [dead] }).start();
      const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
      pool.submit(dies, begun, leave, dead);
      for (let n = 0; n < 3; n += 1) pool.submit(one);
      await begun.wait();
      process.exit(0);
    `);
    expect([stdout, stderr, exitCode]).toEqual(['thread is done\n', '', 0]);
  });

  it('does not wait for daemons, but they have begun to run [TH-130, TH-137]', async () => {
    const { stdout, stderr, exitCode, timedOut } = await script(
      'for (let n = 0; n < 4; n += 1) new Thread({ target: forever, daemon: true }).start();',
    );
    expect(stdout.split('\n').filter((line) => line !== '' && line !== 'daemon runs')).toEqual([]);
    expect([stderr, exitCode]).toEqual(['', 0]);
    expect(timedOut).toBe(false);
  });

  it('lets the daemon of a thread run on after that thread', async () => {
    const { stdout } = await script(`
      const [go, done] = [new Event(), new Event()];
      const outer = new Thread({ target: daemonOfThread, args: [go, done] }).start();
      await outer.join();
      console.log('joined', outer.isAlive());
      go.set();
      await done.wait();
    `);
    expect(stdout).toBe('outer is done\njoined false\nthread is done\n');
  });

  it('comes after what threads do at their end, and a join does, too [TH-133]', async () => {
    const { stdout } = await script(`
      new Thread({ target: tidies }).start().joinSync();
      console.log('joined');
      new Thread({ target: tidies }).start();
    `);
    expect(stdout).toBe('tidied up\njoined\ntidied up\n');
  });

  it('finds the locals of the main thread [TH-167]', async () => {
    const { stdout } = await script(`
      const local = new Local();
      local.value.text = 'still here';
      process.on('exit', () => console.log(local.value.text));
    `);
    expect(stdout).toBe('still here\n');
  });

  it('finds the main thread the current one, and starts no thread any more [TH-117, TH-136]', async () => {
    const { stdout, exitCode } = await script(`
      process.on('exit', () => {
        console.log(currentThread() === mainThread());
        try { new Thread({ target: slow, args: [1] }).start(); } catch (error) { console.log(error.name, error.message); }
      });
    `);
    expect(stdout).toBe('true\nInvalidStateError Cannot start a thread: the process is ending\n');
    expect(exitCode).toBe(0);
  });
});

describe('an error in a thread', () => {
  it('is printed with its stack and the name of the thread, and the program goes on [TH-139]', async () => {
    const { stdout, stderr, exitCode } = await script(
      "new Thread({ target: fail, name: 'worker 7' }).start().joinSync(); console.log('goes on');",
    );
    expect(stderr).toMatch(/^Exception in thread worker 7:\nRangeError: broken\n {4}at .*fail/);
    expect(stderr).toContain("code: 'E_BROKEN'");
    expect([stdout, exitCode]).toEqual(['goes on\n', 0]);
  });

  it('is not what exit() is: that is silent, and ends the one thread [TH-140]', async () => {
    const { stdout, stderr, exitCode } = await script(
      "new Thread({ target: quit }).start().joinSync(); console.log('goes on');",
    );
    expect([stdout, stderr, exitCode]).toEqual(['finally\ngoes on\n', '', 0]);
  });

  it('is not what exit() is with a text either, which the main thread prints [TH-140]', async () => {
    const inThread = `export function explain() { try { exit('no more'); } finally { console.log('finally'); } }`;
    const { stdout, stderr, exitCode } = await runScript(
      `${SLOW}\n${inThread}\nif (isMain(import.meta)) {
        new Thread({ target: explain }).start().joinSync();
        try { exit('enough'); } finally { console.log('at last'); }
      }`,
      { timeout: 120_000 },
    );
    expect([stdout, stderr, exitCode]).toEqual(['finally\nat last\n', 'enough\n', 1]);
  });

  it('is printed, with that of the hook, where a hook throws [TH-142]', async () => {
    const { stderr, exitCode } = await script(`
      setExcepthook(() => { throw new Error('bad hook'); });
      new Thread({ target: fail }).start().joinSync();
    `);
    expect(stderr).toMatch(/^Exception in threading.excepthook:\nError: bad hook/);
    expect(exitCode).toBe(0);
  });

  it('is printed, with that of the hook, where a hook fails later', async () => {
    const { stdout, stderr, exitCode } = await script(`
      setExcepthook(async () => { throw new Error('bad hook'); });
      await new Thread({ target: fail }).start().join();
      console.log('goes on');
    `);
    expect([stdout, exitCode]).toEqual(['goes on\n', 0]);
    expect(stderr).toMatch(/^Exception in threading.excepthook:\nError: bad hook/);
  });

  it('is told where the module of the target is broken', async () => {
    const { stderr, exitCode } = await script(`
      const { Thread: T } = await import('@weft/threading');
      class Missing extends T {}
      try { new Missing().start(); } catch (error) { console.error(error.name, error.message); }
    `);
    expect(stderr).toContain('TargetError');
    expect(exitCode).toBe(0);
  });
});

describe('a program that uses the library in workers only', () => {
  it('ends as it should [TH-153, TH-155]', async () => {
    const { stdout, exitCode } = await runScript(`
      import { Worker, isMainThread } from 'node:worker_threads';
      if (isMainThread) new Worker(new URL(import.meta.url));
      else {
        const { Lock, currentThread } = await import('@weft/threading');
        (await new Lock().acquire())[Symbol.dispose]();
        console.log(currentThread().name, currentThread().daemon, currentThread().isAlive());
        try { currentThread().joinSync(); } catch (error) { console.log(error.name); }
      }
    `);
    expect(stdout).toBe('Dummy-1 true true\nInvalidStateError\n');
    expect(exitCode).toBe(0);
  });

  it('sees workers that it started itself [TH-153]', async () => {
    const { stdout } = await runScript(`
      import { once } from 'node:events';
      import { Worker, isMainThread, parentPort } from 'node:worker_threads';
      import { enumerate, mainThread } from '@weft/threading';
      if (isMainThread) {
        const worker = new Worker(new URL(import.meta.url));
        await once(worker, 'message');
        const [other] = enumerate().filter((thread) => thread !== mainThread());
        console.log(other.name, other.isAlive(), other.daemon);
        try { other.joinSync(); } catch (error) { console.log(error.name); }
        worker.postMessage('end');
        await once(worker, 'exit');
        console.log(other.isAlive(), enumerate().length);
      } else {
        parentPort.once('message', () => {});
        parentPort.postMessage('here');
      }
    `);
    expect(stdout).toBe('Dummy-1 true true\nInvalidStateError\nfalse 1\n');
  });
});
