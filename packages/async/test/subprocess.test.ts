import { inspect } from 'node:util';

import {
  CancelledError,
  DEVNULL,
  PIPE,
  type Process,
  Queue,
  STDOUT,
  TimeoutError,
  createSubprocessExec,
  createSubprocessShell,
  createTask,
  gather,
  run,
  timeout,
  waitFor,
} from '@weft/async';
import { until } from '@weft/testkit';
import { describe, expect, it } from 'vitest';

import { inRun, thrownBy } from './in-run.ts';
import { runProgram } from './program.ts';

const NODE = process.execPath;
const FOREVER = 'console.log("ready"); setInterval(() => {}, 1000)';

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

describe('createSubprocessExec', () => {
  it(
    'feeds a program and gives its output and its exit status',
    inRun(async () => {
      const program = await createSubprocessExec('cat', { stdin: PIPE, stdout: PIPE });
      expect(inspect(program)).toBe(`Process { pid ${program.pid}, running }`);
      const [stdout, stderr] = await program.communicate('hello\n');
      expect([String(stdout), stderr, program.returncode]).toEqual(['hello\n', undefined, 0]);
      const failing = await createSubprocessExec(NODE, '-e', 'process.exit(3)', { stdin: DEVNULL });
      expect([await failing.wait(), await failing.wait(), failing.stdout]).toEqual([3, 3, undefined]);
    }),
  );

  it(
    'has streams to talk to a program line by line',
    inRun(async () => {
      const program = await createSubprocessExec('cat', { stdin: PIPE, stdout: PIPE });
      const { stdin, stdout } = program as Required<Process>;
      for (const line of ['one\n', 'two\n']) {
        stdin?.write(line);
        await stdin?.drain();
        expect(String(await stdout?.readline())).toBe(line);
      }
      stdin?.close();
      expect([String(await stdout?.read()), await program.wait()]).toEqual(['', 0]);
    }),
  );

  it(
    'gives folder and environment, and merges error output on request',
    inRun(async () => {
      const source = 'console.log(process.cwd(), process.env.ONE, process.env.HOME); console.error("err")';
      const program = await createSubprocessExec(NODE, '-e', source, {
        stdout: PIPE,
        stderr: STDOUT,
        cwd: '/',
        env: { ONE: '1' },
      });
      const [stdout, stderr] = await program.communicate();
      expect([String(stdout), stderr]).toEqual(['/ 1 undefined\nerr\n', undefined]);
    }),
  );

  it(
    'fails with the error of Node when there is no such program',
    inRun(async () => {
      expect(await thrownBy(() => createSubprocessExec('/no/such/program'))).toMatchObject({ code: 'ENOENT' });
      expect(await thrownBy(() => createSubprocessExec('ls', 5 as never, {}))).toBeInstanceOf(TypeError);
    }),
  );

  it(
    'ends programs by signals, whose number is the exit status',
    inRun(async () => {
      for (const [end, status] of [
        ['terminate', -15],
        ['kill', -9],
        ['interrupt', -2],
      ] as const) {
        const program = await createSubprocessExec(NODE, '-e', FOREVER, { stdout: PIPE });
        await program.stdout?.readline();
        if (end === 'interrupt') program.sendSignal('SIGINT');
        else program[end]();
        expect(await program.wait()).toBe(status);
        program.kill();
        program.terminate();
      }
    }),
  );

  it(
    'goes on when a program does not read its input',
    inRun(async () => {
      const program = await createSubprocessExec(NODE, '-e', 'process.exit(0)', { stdin: PIPE, stdout: PIPE });
      const [stdout] = await program.communicate(Buffer.alloc(4_000_000));
      expect(String(stdout)).toBe('');
    }),
  );

  it('refuses what is no program, no command and no argument, a list of arguments too', async () => {
    for (const [attempt, message] of [
      [() => createSubprocessExec(5 as never), 'Cannot run the program 5'],
      [() => createSubprocessShell(undefined as never), 'Cannot run the command undefined'],
      [() => createSubprocessExec('ls', ['-l'] as never), "Cannot pass [ '-l' ] to a program"],
      [() => createSubprocessExec('ls', null as never), 'Cannot pass null to a program'],
      [() => createSubprocessExec('ls', undefined as never, '-l'), 'Cannot pass undefined to a program'],
    ] as const) {
      const error = await thrownBy(attempt);
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toContain(message);
    }
  });
});

describe('a cancellation', () => {
  it(
    'leaves no program of the task that it ends, nor what that started',
    inRun(async () => {
      let pid = 0;
      let grandchild = 0;
      const task = createTask(async () => {
        const source = `const { spawn } = require('child_process'); console.log(spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']).pid); setInterval(() => {}, 1000)`;
        const program = await createSubprocessExec(NODE, '-e', source, { stdout: PIPE });
        pid = program.pid;
        grandchild = Number(String(await program.stdout?.readline()));
        await program.wait();
      });
      await until(() => grandchild > 0, 'both run');
      task.cancel();
      expect(await thrownBy(() => task)).toBeInstanceOf(CancelledError);
      await until(() => !isAlive(pid) && !isAlive(grandchild), 'both are gone');
    }),
  );

  it(
    'of communicate ends the program first',
    inRun(async () => {
      const program = await createSubprocessExec(NODE, '-e', FOREVER, { stdout: PIPE });
      expect(await thrownBy(() => timeout(50, () => program.communicate()))).toBeInstanceOf(TimeoutError);
      expect(program.returncode).toBe(-15);
    }),
  );

  it(
    'of wait alone leaves the program running, for whoever goes on with it',
    inRun(async () => {
      await using program = await createSubprocessExec(NODE, '-e', FOREVER, { stdout: PIPE });
      await program.stdout?.readline();
      expect(await thrownBy(() => timeout(5, () => program.wait()))).toBeInstanceOf(TimeoutError);
      expect(program.returncode).toBe(undefined);
    }),
  );

  it('by the end of a run leaves nothing', async () => {
    const pid = await run(async () => (await createSubprocessExec(NODE, '-e', FOREVER, { stdout: DEVNULL })).pid);
    expect(isAlive(pid)).toBe(false);
  });
});

describe('createSubprocessShell', () => {
  it(
    'runs a command line',
    inRun(async () => {
      const program = await createSubprocessShell('echo out; echo err >&2; exit 5', { stdout: PIPE, stderr: PIPE });
      expect((await program.communicate()).map(String)).toEqual(['out\n', 'err\n']);
      expect(program.returncode).toBe(5);
    }),
  );
});

describe('execa', () => {
  it('is loaded only when a program is run', async () => {
    const { stdout } = await runProgram(
      `import { registerHooks } from 'node:module';
       const loaded = [];
       registerHooks({ resolve(name, context, next) { loaded.push(name); return next(name, context); } });
       await asyncio.run(() => asyncio.sleep(1));
       console.log(loaded.includes('execa'));
       await asyncio.run(async () => { await (await asyncio.createSubprocessExec('true')).wait(); });
       console.log(loaded.includes('execa'));`,
    );
    expect(stdout).toBe('false\ntrue');
  });

  it(
    'sees the end and the output of programs that end while the tasks of the program are busy',
    inRun(async () => {
      const [there, back] = [new Queue<number>(1), new Queue<number>(1)];
      const ping = createTask(async () => {
        for (;;) {
          await there.put(1);
          await back.get();
          const begin = performance.now();
          while (performance.now() - begin < 0.1);
        }
      });
      const pong = createTask(async () => {
        for (;;) await back.put(await there.get());
      });
      const ends = await gather(
        Array.from({ length: 8 }, () => async () => {
          const program = await createSubprocessShell('echo done', { stdout: PIPE });
          const [output] = await waitFor(() => program.communicate(), 10_000);
          return `${String(output).trim()} ${program.returncode}`;
        }),
      );
      ping.cancel();
      pong.cancel();
      expect(ends).toEqual(Array.from({ length: 8 }, () => 'done 0'));
    }),
    20_000,
  );
});
