import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ChildProcess, spawn } from 'node:child_process';
import { leakCheck, runScript, until } from '@weft/testkit';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

leakCheck();

const TARGETS = new URL('fixtures/process-targets.ts', import.meta.url).href;
const HEAD = `
  import { Process, Pool, activeChildren } from '@weft/multiprocessing';
  import * as targets from '${TARGETS}';
  const path = process.env.REPORT;
`;

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'weft-lifetime-'));
  path = join(folder, 'report');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function run(source: string, options: Parameters<typeof runScript>[1] = {}): ReturnType<typeof runScript> {
  return runScript(HEAD + source, { ...options, env: { REPORT: path, ...options.env } });
}

async function pidIn(file: string): Promise<number> {
  await until(() => existsSync(file) && readFileSync(file, 'utf8') !== '', `${file} is written`, 30_000);
  return Number(readFileSync(file, 'utf8'));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return process.platform !== 'linux' || !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('at the end of a program', () => {
  it('waits for children that are no daemons [MP-014]', async () => {
    const { stdout, exitCode } = await run(`
      new Process({ target: targets.appendLater, args: [path] }).start();
      console.log('main is done');
    `);
    expect([stdout, exitCode, readFileSync(path, 'utf8')]).toEqual(['main is done\n', 0, 'done']);
  });

  it('ends daemons [MP-013]', async () => {
    const { exitCode, timedOut } = await run(`
      import { existsSync } from 'node:fs';
      new Process({ target: targets.announceAndRest, args: [path], daemon: true }).start();
      while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 2));
    `);
    expect([exitCode, timedOut]).toEqual([0, false]);
    expect(isAlive(await pidIn(path))).toBe(false);
  });

  it('ends every child if the program exits at once, or fails [MP-015]', async () => {
    for (const [end, status] of [
      ['process.exit(3);', 3],
      ['throw new Error("oh");', 1],
    ] as const) {
      rmSync(path, { force: true });
      const { exitCode } = await run(`
        import { existsSync } from 'node:fs';
        new Process({ target: targets.announceAndSpin, args: [path] }).start();
        while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 2));
        ${end}
      `);
      expect(exitCode).toBe(status);
      expect(isAlive(await pidIn(path))).toBe(false);
    }
  });

  it('ends the main program by exit() as Python does, wherever that is called', async () => {
    const exit = "const { exit } = await import('@weft/multiprocessing');";
    for (const [call, status, printed] of [
      ["try { exit(3); } finally { console.log('finally'); }", 3, ''],
      ["setTimeout(() => { try { exit(); } finally { console.log('finally'); } }, 1);", 0, ''],
      ["console.log('finally'); exit('no more');", 1, 'no more\n'],
      [
        "try { exit(3); } catch {} console.log('finally'); throw new RangeError('oh');",
        1,
        expect.stringMatching(/^Uncaught RangeError: oh\n/),
      ],
    ] as const) {
      const { exitCode, stdout, stderr } = await run(`${exit} ${call}`);
      expect([exitCode, stdout, stderr]).toEqual([status, 'finally\n', printed]);
    }
  });

  it('is not held up by a pool that was left open [MP-220]', async () => {
    const { exitCode, timedOut, stdout } = await run(`
      const pool = new Pool(2);
      console.log(await pool.map(targets.double, [1, 2]));
      globalThis.pool = pool;
    `);
    expect([exitCode, timedOut, stdout]).toEqual([0, false, '[ 2, 4 ]\n']);
  });
});

describe('when a parent is killed', () => {
  for (const [how, env] of [
    ['by the system', {}],
    ['by a guardian', { WEFT_SHARED_MEMORY: 'broker' }],
  ] as const) {
    it(`takes its children and their children along, busy or not, ${how} [MP-016]`, async () => {
      const childPath = `${path}-child`;
      const daemonPath = `${path}-daemon`;
      const running = run(
        `
        new Process({ target: targets.rear, args: [path, path + '-child'] }).start();
        new Process({ target: targets.announceAndRest, args: [path + '-daemon'], daemon: true }).start();
        console.log(process.pid);
        const { writeFileSync } = await import('node:fs');
        writeFileSync(path + '-main', String(process.pid));
        setInterval(() => {}, 1000);
      `,
        { env },
      );
      const pids = [await pidIn(path), await pidIn(childPath), await pidIn(daemonPath)];
      expect(pids.map(isAlive)).toEqual([true, true, true]);
      process.kill(await pidIn(`${path}-main`), 'SIGKILL');
      expect((await running).signal).toBe('SIGKILL');
      await until(() => !pids.some(isAlive), 'all descendants are gone');
    });
  }
});

describe('the server of a manager', () => {
  it.each(['process.kill(process.pid, "SIGKILL");', 'process.exit();'])(
    'ends after %s, also if it is busy',
    async (end) => {
      const source = `
      import { existsSync, writeFileSync } from 'node:fs';
      import { Manager } from '@weft/multiprocessing';
      const manager = new Manager();
      const busy = await manager.create(targets.Busy, []);
      void busy.spin(path).catch(() => {});
      while (!existsSync(path)) await new Promise((resolve) => setTimeout(resolve, 2));
      ${end}
    `;
      // It has the same output: whoever reads that waits for it too.
      const { timedOut } = await run(source, { timeout: 15_000 });
      const pid = await pidIn(path);
      await until(() => !isAlive(pid), 'the server is gone');
      expect(timedOut).toBe(false);
    },
  );
});

describe('Ctrl-C', () => {
  it('reaches each process once', async () => {
    const source = `${HEAD}
      let interrupts = 0;
      process.on('SIGINT', () => { interrupts += 1; });
      const child = new Process({ target: targets.countInterrupts, args: [path] }).start();
      await child.join();
      console.log('parent', interrupts, child.exitcode);
    `;
    const group = startGroup(source);
    await until(() => existsSync(path), 'the child counts', 30_000);
    process.kill(-(group.child.pid as number), 'SIGINT');
    await group.ended;
    expect(group.output()).toBe('child 1\nparent 1 0\n');
  });

  it('ends children that do not handle it, quietly', async () => {
    const source = `${HEAD}
      process.on('SIGINT', () => {});
      const child = new Process({ target: targets.announceAndRest, args: [path] }).start();
      await child.join();
      console.log(child.exitcode);
    `;
    const group = startGroup(source);
    await until(() => existsSync(path), 'the child runs', 30_000);
    process.kill(-(group.child.pid as number), 'SIGINT');
    await group.ended;
    expect(group.output()).toBe('1\n');
  });
});

function startGroup(source: string): { child: ChildProcess; ended: Promise<unknown>; output: () => string } {
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], {
    cwd: new URL('..', import.meta.url),
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    env: { ...process.env, REPORT: path, NODE_OPTIONS: '' },
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (part: string) => (text += part));
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part));
  return { child, ended: new Promise((resolve) => child.once('close', resolve)), output: () => text };
}

it('passes on what it inherited to children of its own [MP-055]', async () => {
  const { stdout } = await run(`
    import { Queue } from '@weft/multiprocessing';
    const queue = new Queue();
    await new Process({ target: targets.putAndHaveChildPut, args: [queue] }).start().join();
    console.log([await queue.get(), await queue.get()].toSorted());
  `);
  expect(stdout).toBe("[ 'from the child', 'from the grandchild' ]\n");
});

describe('what children print', () => {
  for (const stdio of ['pipe', 'file', 'pty'] as const) {
    it(`is all there before the join is done, in whole lines, into a ${stdio} [MP-026, MP-047]`, async () => {
      const { stdout } = await run(
        `
        const children = [1, 2].map(() => new Process({ target: targets.printLines, args: [400, 300] }).start());
        await children[0].join();
        children[1].joinSync();
        console.log('All processes have finished.');
      `,
        { stdio },
      );
      const lines = stdout.replaceAll('\r', '').trimEnd().split('\n');
      expect(lines.pop()).toBe('All processes have finished.');
      expect(lines.length).toBe(800);
      expect(lines.filter((line) => !/^\d+ x{300}$/.test(line))).toEqual([]);
      expect(new Set(lines.map((line) => Number.parseInt(line, 10))).size).toBe(2);
    });
  }
});

describe('a module that starts processes when it is imported', () => {
  it('is told to guard that, and starts no cascade [MP-058, MP-061]', async () => {
    for (const start of [
      'const child = new Process({ target: work }).start(); await child.join(); console.log("exit", child.exitcode);',
      'await new Pool(1).map(work, [1]).catch((error) => { console.log(error.message, error.cause?.message); });process.exit();',
    ]) {
      const { stdout, stderr, timedOut } = await run(`
        export function work(x) { return x; }
        ${start}
      `);
      expect(timedOut).toBe(false);
      expect(stdout + stderr).toMatch(/isMain\(import\.meta\)/);
    }
  });

  it('may do so behind isMain [MP-061]', async () => {
    const { stdout, stderr, exitCode } = await run(`
      import { isMain } from '@weft/core';
      export function work(x) { return x + 1; }
      if (isMain(import.meta)) {
        const pool = new Pool(2);
        console.log(await pool.map(work, [1, 2, 3]));
        pool.terminate();
      }
    `);
    expect([stdout, stderr, exitCode]).toEqual(['[ 2, 3, 4 ]\n', '', 0]);
  });
});
