import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { InvalidStateError, TargetError, TransferError } from '@weft/core';
import { Process, activeChildren, currentProcess, parentProcess } from '@weft/multiprocessing';
import { leakCheck, runScript, until } from '@weft/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as targets from './fixtures/process-targets.ts';
import { collectGarbage } from './collect-garbage.ts';
import { startThreads } from './fixtures/threads.ts';

leakCheck();

const TARGETS = new URL('fixtures/process-targets.ts', import.meta.url).href;

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-process-'));
  path = join(folder, 'report');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function read(file = path): never {
  return JSON.parse(readFileSync(file, 'utf8')) as never;
}

const joins = {
  join: (process: Process) => process.join(),
  joinSync: async (process: Process) => process.joinSync(),
};

describe('a process before and after its life', () => {
  it('is not alive before its start, and no child [MP-001]', () => {
    const process = new Process({ target: targets.doNothing });
    expect([process.isAlive(), process.exitcode, process.pid, process.ident]).toEqual([
      false,
      undefined,
      undefined,
      undefined,
    ]);
    expect(activeChildren()).toEqual([]);
  });

  it('is alive and a child between start and end [MP-002, MP-017]', async () => {
    const child = new Process({ target: targets.rest });
    expect(child.start()).toBe(child);
    expect([child.isAlive(), child.exitcode, child.ident]).toEqual([true, undefined, child.pid]);
    expect(process.kill(child.pid as number, 0)).toBe(true);
    expect(activeChildren()).toEqual([child]);
    child.kill();
    await child.join();
    expect([child.isAlive(), activeChildren()]).toEqual([false, []]);
  });

  for (const [name, join] of Object.entries(joins)) {
    it(`has ended with 0 after ${name} [MP-004]`, async () => {
      const child = new Process({ target: targets.doNothing }).start();
      await join(child);
      expect([child.exitcode, child.isAlive(), activeChildren()]).toEqual([0, false, []]);
      await join(child);
    });

    it(`cannot be joined before its start by ${name} [MP-006]`, async () => {
      await expect((async () => join(new Process({ target: targets.doNothing })))()).rejects.toThrow(InvalidStateError);
    });
  }

  it('gives up joining in time, and the child goes on', async () => {
    const child = new Process({ target: targets.rest }).start();
    await child.join({ timeout: 0 });
    await child.join({ timeout: 5 });
    child.joinSync({ timeout: 5 });
    const controller = new AbortController();
    const joined = child.join({ signal: controller.signal });
    controller.abort(new Error('not now'));
    await expect(joined).rejects.toThrow('not now');
    expect(child.isAlive()).toBe(true);
    await expect(child.join({ timeout: -1 })).rejects.toThrow(RangeError);
    child.kill();
    await child.join();
  });

  it('cannot be started twice [MP-007]', async () => {
    const child = new Process({ target: targets.doNothing }).start();
    expect(() => child.start()).toThrow(InvalidStateError);
    await child.join();
    expect(() => child.start()).toThrow(InvalidStateError);
  });

  it('does nothing without a target', async () => {
    const child = new Process().start();
    await child.join();
    expect(child.exitcode).toBe(0);
  });

  it('has a sentinel once it is started [MP-030]', async () => {
    const child = new Process({ target: targets.doNothing });
    expect(() => child.sentinel).toThrow(RangeError);
    child.start();
    const { sentinel } = child;
    expect(child.sentinel).toBe(sentinel);
    await child.join();
  });

  it('cannot be closed while it runs, nor used once it is closed [MP-031, MP-032]', async () => {
    const child = new Process({ target: targets.rest }).start();
    expect(() => child.close()).toThrow(RangeError);
    child.kill();
    await child.join();
    child.close();
    child.close();
    for (const use of [
      () => child.isAlive(),
      () => child.joinSync(),
      () => child.terminate(),
      () => child.exitcode,
      () => child.pid,
    ]) {
      expect(use).toThrow(RangeError);
    }
    await expect(child.join()).rejects.toThrow(RangeError);
  });

  it('is joined and closed at the end of its block', async () => {
    const child = new Process({ target: targets.doNothing });
    {
      await using block = child.start();
      expect(block.isAlive()).toBe(true);
    }
    expect(() => child.isAlive()).toThrow(RangeError);
  });

  it('shows its state when it is printed [MP-042]', async () => {
    const child = new Process({ target: targets.rest, name: 'napper', daemon: true });
    expect(inspect(child)).toBe(`Process { 'napper', parent ${process.pid}, initial, daemon }`);
    child.start();
    expect(inspect(child)).toBe(`Process { 'napper', pid ${child.pid}, parent ${process.pid}, started, daemon }`);
    const { pid } = child;
    child.kill();
    await child.join();
    expect(inspect(child)).toBe(`Process { 'napper', pid ${pid}, parent ${process.pid}, stopped, SIGKILL, daemon }`);
    child.close();
    expect(inspect(child)).toBe("Process { 'napper', closed }");
  });
});

describe('a class that overrides run', () => {
  it('runs that in the process, over the fields that its object had at the start', async () => {
    const child = new targets.Reporter(path, 'reporter');
    child.word = 'changed';
    child.start();
    child.word = 'too late';
    await child.join();
    expect(child.exitcode).toBe(0);
    expect(read()).toEqual({
      is: [true, true, true],
      names: ['reporter', 'reporter', expect.stringMatching(/^Process-\d+:1$/)],
      word: 'changed',
      numbers: [1, 2.5],
      join: 'InvalidStateError: Cannot join reporter: it is the current process',
    });
  });

  it('may send fields larger than a socket takes', async () => {
    const child = new targets.Reporter(path);
    child.word = 'x'.repeat(1_000_001);
    child.start().joinSync();
    expect(read()).toMatchObject({ word: child.word, numbers: [1, 2.5] });
  });

  it('calls the target by that of its base, which calls it here too before the start', async () => {
    const child = new targets.Caller({ target: targets.double, args: [21] });
    expect(new Process({ target: targets.double, args: [4] }).run()).toBe(8);
    await child.start().join();
    expect(child.exitcode).toBe(42);
  });

  it('ends the process with 1 when it fails', async () => {
    const child = new targets.Failing({ stdio: 'ignore' });
    await child.start().join();
    expect(child.exitcode).toBe(1);
  });

  it('is refused at the start if it cannot cross: a class that is not exported, a field that is a function', () => {
    class Hidden extends Process {
      override run(): void {}
    }
    expect(() => new Hidden().start()).toThrow(TargetError);
    expect(() => new targets.WithCallback().start()).toThrow('Cannot send this.callback: ');
    expect(activeChildren()).toEqual([]);
  });
});

describe('what a process is given', () => {
  it('gets its arguments and its name unchanged [MP-003, MP-009]', async () => {
    const args = [1, 'two', [3, [4, { five: [6] }]], null] as const;
    const child = new Process({ target: targets.reportArgs, args: [path, ...args], name: 'Named' }).start();
    await child.join();
    expect(read()).toEqual({ args, name: 'Named' });
  });

  it('gets arguments larger than a socket takes', async () => {
    const text = 'large '.repeat(400_000);
    const child = new Process({ target: targets.reportArgs, args: [path, text] }).start();
    child.joinSync();
    expect(child.exitcode).toBe(0);
    expect((read() as { args: string[] }).args[0]).toBe(text);
  });

  it.runIf(process.platform === 'linux')('gets none of the files that its parent has open [MP-141]', async () => {
    const open = join(folder, 'open');
    const descriptor = openSync(open, 'w');
    const child = new Process({ target: targets.reportOpenFiles, args: [path] }).start();
    await child.join();
    closeSync(descriptor);
    const files = read() as string[];
    expect(files.length).toBeGreaterThan(2);
    expect(files).not.toContain(open);
  });

  it('copies its arguments when it starts [MP-044]', async () => {
    const list = [1];
    const first = new Process({ target: targets.reportArgs, args: [path, list] });
    const second = new Process({ target: targets.doNothing });
    first.start();
    list.push(2);
    await first.join();
    expect(read()).toMatchObject({ args: [[1]] });
    await second.start().join();
  });

  it('refuses a target that the child could not find, at construction [MP-062]', () => {
    const captured = Math.random();
    const closure = (): number => captured;
    expect(() => new Process({ target: closure })).toThrow(TargetError);
    expect(() => new Process({ target: closure })).toThrow(/closure|export/);
    expect(() => new Process({ target: 5 as never })).toThrow(TypeError);
    expect(() => new Process({ target: targets.doNothing, args: 5 as never })).toThrow(TypeError);
  });

  it('refuses an argument that cannot cross, with the path to it, and starts nothing [MP-043]', () => {
    const child = new Process({ target: targets.reportArgs, args: [path, { handlers: { onDone: () => {} } }] });
    expect(() => child.start()).toThrow(TransferError);
    expect(() => child.start()).toThrow(/args\[1\]\.handlers\.onDone/);
    expect(child.pid).toBe(undefined);
    expect(() => new Process({ target: targets.reportArgs, args: [path, child] }).start()).toThrow(TransferError);
    expect(activeChildren()).toEqual([]);
  });

  it('lets go of its arguments once the child has them [MP-034]', async () => {
    let argument: object | undefined = { some: 'thing' };
    const watched = new WeakRef(argument);
    const child = new Process({ target: targets.reportArgs, args: [path, argument] }).start();
    argument = undefined;
    await child.join();
    await until(() => {
      collectGarbage();
      return watched.deref() === undefined;
    }, 'the argument is collected');
  });

  it('sees the environment, the directory and the flags that it is given [MP-059, MP-060]', async () => {
    const child = new Process({
      target: targets.reportSurroundings,
      args: [path],
      env: { ...process.env, WEFT_TEST: 'yes' },
      cwd: folder,
      execArgv: ['--max-old-space-size=64'],
    });
    await child.start().join();
    expect(read()).toMatchObject({
      env: { WEFT_TEST: 'yes' },
      cwd: folder,
      execArgv: ['--max-old-space-size=64'],
      execPath: process.execPath,
    });
  });

  it.each([
    ['--inspect-port', '0'],
    ['--debug-port', '0'],
    ['--inspect-publish-uid', 'http'],
    ['--inspect-port=0', '--inspect-publish-uid=http'],
  ])('inherits none of the flags that are for the main program alone, nor their values: %s %s', async (...flags) => {
    const { stdout, stderr } = await runScript(
      `import { Process } from '@weft/multiprocessing';
       import { reportSurroundings } from '${TARGETS}';
       await new Process({ target: reportSurroundings, args: [process.argv[2]] }).start().join();`,
      { execArgv: [...flags, '--no-warnings'], args: [path] },
    );
    expect([stdout, stderr]).toEqual(['', '']);
    expect(read()).toMatchObject({ execArgv: ['--no-warnings'] });
  });

  it('inherits flags that mean something where its parent is, wherever it goes itself [MP-060]', async () => {
    writeFileSync(join(folder, 'hooks.mjs'), 'process.env.HOOKED = "yes";');
    mkdirSync(join(folder, 'there'));
    const { stderr } = await runScript(
      `import { Process } from '@weft/multiprocessing';
       import { reportSurroundings } from '${TARGETS}';
       await new Process({ target: reportSurroundings, args: [process.argv[2]], cwd: 'there', env: {} }).start().join();`,
      { execArgv: ['--import', './hooks.mjs'], args: [path], cwd: folder },
    );
    expect(stderr).toBe('');
    expect(read()).toMatchObject({ cwd: realpathSync(join(folder, 'there')), env: { HOOKED: 'yes' } });
  });

  it('says why it cannot be started', () => {
    writeFileSync(join(folder, 'file'), '');
    for (const cwd of ['nowhere', 'file']) {
      const child = new Process({ target: targets.doNothing, cwd: join(folder, cwd) });
      expect(() => child.start()).toThrow(/Cannot start a process: there is no directory/);
      expect(child.isAlive()).toBe(false);
    }
  });

  it('inherits no descriptors, however many children there were before [MP-035]', async () => {
    const children = [1, 2, 3].map(() => new Process({ target: targets.rest }).start());
    for (const _ of [1, 2, 3]) await new Process({ target: targets.countDescriptors, args: [path] }).start().join();
    const counts = readFileSync(path, 'utf8').trim().split('\n');
    expect(new Set(counts).size).toBe(1);
    for (const child of children) child.kill();
    for (const child of children) await child.join();
  });
});

describe('who a process is', () => {
  it('is the main process where nobody started it [MP-005, MP-018]', () => {
    const self = currentProcess();
    expect(self).toMatchObject({
      name: 'MainProcess',
      pid: process.pid,
      ident: process.pid,
      daemon: false,
      exitcode: undefined,
    });
    expect(self.isAlive()).toBe(true);
    expect(self.authkey.length).toBeGreaterThan(0);
    expect(() => self.join()).toThrow(InvalidStateError);
    expect(parentProcess()).toBe(undefined);
  });

  it('knows its parent, and is not the main module [MP-018, MP-019, MP-061]', async () => {
    const child = new Process({ target: targets.reportSelf, args: [path] }).start();
    const { pid } = child;
    await child.join();
    expect(read()).toEqual({
      name: child.name,
      pid,
      daemon: false,
      alive: true,
      authkey: Buffer.from(currentProcess().authkey).toString('hex'),
      parent: { name: 'MainProcess', pid: process.pid, alive: true },
      children: 0,
      isMain: false,
    });
  });

  it('has the authkey of its parent, unless it is given another, and nobody else sees it [MP-160]', async () => {
    const child = new Process({ target: targets.reportSelf, args: [path] });
    child.authkey = new TextEncoder().encode('sesame');
    await child.start().join();
    expect(read()).toMatchObject({ authkey: Buffer.from('sesame').toString('hex') });
    expect(() => {
      child.authkey = 'text' as never;
    }).toThrow(TypeError);
    await new Process({ target: targets.reportSurroundings, args: [path] }).start().join();
    const seen = readFileSync(path, 'utf8');
    for (const encoding of ['hex', 'base64'] as const)
      expect(seen).not.toContain(Buffer.from(currentProcess().authkey).toString(encoding));
  });

  it('is named by its class and its descent [MP-041]', async () => {
    class Worker extends Process {}
    const child = new Worker({ target: targets.nameChild, args: [path] });
    expect(child.name).toMatch(/^Worker-\d+$/);
    await child.start().join();
    expect((read() as { name: string }).name).toBe(`Process-${child.name.replace('Worker-', '')}:1`);
    child.name = 'other';
    expect(child.name).toBe('other');
  });

  it('is a daemon if it is told so, until it is started [MP-010, MP-011]', async () => {
    expect(new Process({ target: targets.doNothing }).daemon).toBe(false);
    expect(new Process({ target: targets.doNothing, daemon: true }).daemon).toBe(true);
    const child = new Process({ target: targets.startChild, args: [path] });
    child.daemon = true;
    child.start();
    expect(() => {
      child.daemon = false;
    }).toThrow(InvalidStateError);
    await child.join();
  });

  it('may not have children as a daemon [MP-012]', async () => {
    await new Process({ target: targets.startChild, args: [path], daemon: true }).start().join();
    expect(read()).toMatchObject({ name: 'InvalidStateError', message: expect.stringMatching(/daemon/) as string });
    await new Process({ target: targets.startChild, args: [path] }).start().join();
    expect(read()).toBe('started');
  });
});

describe('how a process ends', () => {
  const endings: [keyof Process & ('terminate' | 'kill' | 'interrupt'), number, string][] = [
    ['terminate', -15, 'MP-020'],
    ['kill', -9, 'MP-021'],
    ['interrupt', 1, 'MP-022'],
  ];
  for (const [method, exitcode, row] of endings) {
    it(`has the exit code ${exitcode} after ${method} [${row}]`, async () => {
      const child = new Process({ target: targets.announceAndRest, args: [path] }).start();
      await until(() => existsSync(path), 'the child runs', 30_000);
      child[method]();
      await child.join();
      expect(child.exitcode).toBe(exitcode);
      child[method]();
    });
  }

  it('has the exit code -2 after an interrupt where the system handles that [MP-023]', async () => {
    const child = new Process({ target: targets.restWithoutHandler, args: [path] }).start();
    await until(() => existsSync(path), 'the child runs', 30_000);
    child.interrupt();
    await child.join();
    expect(child.exitcode).toBe(-2);
  });

  it.skipIf(process.platform !== 'linux')('has the exit code of a signal that has no name', async () => {
    const children = [34, 35, 64].map((signal) => new Process({ target: targets.endBy, args: [signal] }).start());
    for (const child of children) await child.join();
    expect(children.map((child) => child.exitcode)).toEqual([-34, -35, -64]);
    expect(inspect(children[1])).toContain('signal 35');
    const blocking = new Process({ target: targets.endBy, args: [36] }).start();
    blocking.joinSync();
    expect(blocking.exitcode).toBe(-36);
  });

  it('is ended by terminate while it computes, which a blocking join sees', () => {
    const child = new Process({ target: targets.announceAndSpin, args: [path] }).start();
    while (!existsSync(path)) child.joinSync({ timeout: 2 });
    child.terminate();
    child.joinSync();
    expect(child.exitcode).toBe(-15);
  });

  it('checks how it is to be started', () => {
    for (const execArgv of [5, '--expose-gc', [1]])
      expect(() => new Process({ target: targets.doNothing, execArgv: execArgv as never })).toThrow(
        `Cannot use execArgv = ${String(execArgv)}: it must be an array of strings`,
      );
    for (const stdio of ['zzz', 5, ['ignore', 'pipe'], ['pipe', 'pipe', 'zzz']])
      expect(() => new Process({ target: targets.doNothing, stdio: stdio as never })).toThrow(
        `Cannot use stdio = ${String(stdio)}: it must be 'inherit', 'pipe' or 'ignore', or an array of three of them`,
      );
  });

  it('cannot be signalled before its start', () => {
    expect(() => new Process({ target: targets.doNothing }).terminate()).toThrow(InvalidStateError);
  });

  it('has the exit code that it exits with [MP-024]', async () => {
    for (const [status, exitcode] of [
      [undefined, 0],
      [null, 0],
      [false, 0],
      [0, 0],
      [true, 1],
      [7, 7],
    ]) {
      const child = new Process({ target: targets.leave, args: [status] }).start();
      await child.join();
      expect([status, child.exitcode]).toEqual([status, exitcode]);
    }
    const child = new Process({ target: targets.leaveAtOnce, args: [9] }).start();
    await child.join();
    expect(child.exitcode).toBe(9);
  });

  it('exits without waiting for the compilers of V8, which Node may do for ever', async () => {
    await new Process({ target: targets.reportWayOut, args: [path] }).start().join();
    expect(read()).not.toContain('[native code]');
  });

  it.each([
    ['NODE_V8_COVERAGE', (to: string) => ({ env: { ...process.env, NODE_V8_COVERAGE: to } }), /^coverage-/],
    ['--cpu-prof', (to: string) => ({ execArgv: ['--cpu-prof', `--cpu-prof-dir=${to}`] }), /^CPU\./],
  ])('writes what %s asks for when it exits', async (_what, optionsOf, file) => {
    const child = new Process({ target: targets.leaveAtOnce, args: [9], ...optionsOf(folder) }).start();
    await child.join();
    expect(child.exitcode).toBe(9);
    expect(readdirSync(folder)).toEqual([expect.stringMatching(file)]);
  });

  it('waits for its children before it ends, and runs its exit handlers [MP-045]', async () => {
    await new Process({ target: targets.childThatOutlastsTarget, args: [path] }).start().join();
    expect(readFileSync(path, 'utf8')).toBe('done');
    await new Process({ target: targets.onExitAppend, args: [path] }).start().join();
    expect(readFileSync(path, 'utf8')).toBe('doneexit handler');
  });

  it('waits for its threads before it ends, but not for those that do not hold it [MP-036]', async () => {
    await new Process({ target: startThreads, args: [path] }).start().join();
    expect(readFileSync(path, 'utf8')).toBe('thread');
  });

  it('ends well although its standard output is closed [MP-037]', async () => {
    const child = new Process({ target: targets.closeOutput, stdio: 'ignore' }).start();
    await child.join();
    expect(child.exitcode).toBe(0);
  });

  it('does not raise its errors in the parent [MP-027]', async () => {
    const child = new Process({ target: targets.fail, args: ['quietly'], stdio: 'ignore' }).start();
    await child.join();
    expect(child.exitcode).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });
});

async function outputOf(child: Process): Promise<{ stdout: string; stderr: string; exitcode: number | undefined }> {
  const output = { stdout: '', stderr: '', exitcode: undefined as number | undefined };
  child.start();
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  const ended = [child.stdout, child.stderr].map((stream) => new Promise((resolve) => stream?.once('end', resolve)));
  await child.join();
  await Promise.all(ended);
  return { ...output, exitcode: child.exitcode };
}

describe('what a process prints', () => {
  const stdio = ['ignore', 'pipe', 'pipe'] as const;

  it('prints an error that nobody catches under its name [MP-026]', async () => {
    const failures: [Process, RegExp][] = [
      [
        new Process({ target: targets.fail, args: ['broken'], stdio, name: 'Worker' }),
        /^Process Worker:\nRangeError: broken\n +at fail/,
      ],
      [
        new Process({ target: targets.failLater, args: ['later'], stdio, name: 'Worker' }),
        /^Process Worker:\nTypeError: later\n[^]*detail: 7/,
      ],
      [new Process({ target: targets.failInTimer, stdio, name: 'Worker' }), /^Process Worker:\nRangeError: in a timer/],
      [
        new Process({ target: targets.rejectUnhandled, stdio, name: 'Worker' }),
        /^Process Worker:\nRangeError: nobody waits/,
      ],
      [new Process({ target: targets.neverSettle, stdio, name: 'Worker' }), /^Process Worker:\n.*never be settled/],
    ];
    for (const [child, expected] of failures) {
      const { stdout, stderr, exitcode } = await outputOf(child);
      expect(stderr).toMatch(expected);
      expect([stdout, exitcode]).toEqual(['', 1]);
    }
  });

  it('prints what it exits with, if that is no status [MP-025]', async () => {
    expect(await outputOf(new Process({ target: targets.leave, args: ['sorry'], stdio }))).toEqual({
      stdout: '',
      stderr: 'sorry\n',
      exitcode: 1,
    });
    expect(await outputOf(new Process({ target: targets.leave, args: [[1, 2, 3]], stdio }))).toEqual({
      stdout: '',
      stderr: '[ 1, 2, 3 ]\n',
      exitcode: 1,
    });
  });

  it('has printed everything when it exits, into a full pipe too [MP-026, MP-047]', async () => {
    const { stdout, stderr, exitcode } = await outputOf(new Process({ target: targets.printBothAndExit, stdio }));
    expect([stdout.length, stderr, exitcode]).toEqual([400_000, 'err\n', 0]);
    const lines = await outputOf(new Process({ target: targets.printLines, args: [3000, 100], stdio }));
    expect(lines.stdout.split('\n').length).toBe(3001);
  });
});
