import { writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { childProcesses, hasPty, leakCheck, runScript, until } from '@weft/testkit';

leakCheck();

it('gives what a script wrote, and its exit status', async () => {
  const result = await runScript(
    `console.log('out', ...process.argv.slice(2)); console.error('err'); process.exitCode = 3;`,
    {
      args: ['a b', "it's"],
    },
  );
  expect(result).toMatchObject({
    stdout: "out a b it's\n",
    stderr: 'err\n',
    exitCode: 3,
    signal: undefined,
    timedOut: false,
  });
});

it('gives the signal that ended a script', async () => {
  const result = await runScript(`process.kill(process.pid, 'SIGTERM'); setInterval(() => {}, 1000);`);
  expect(result).toMatchObject({ exitCode: undefined, signal: 'SIGTERM', timedOut: false });
});

it('gives the output of a script that writes to files, all of it', async () => {
  const result = await runScript(
    `import { fstatSync } from 'node:fs'; console.log(fstatSync(1).isFile()); process.stdout.write('x'.repeat(1e6)); process.exit(0);`,
    { stdio: 'file' },
  );
  expect(result.stdout).toHaveLength(5 + 1e6);
  expect(result.stdout).toMatch(/^true\n/);
});

it('kills a script that does not end, with all that it has started', async () => {
  const source = `
    import { spawn } from 'node:child_process';
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    console.log(child.pid);
    setInterval(() => {}, 1000);
  `;
  const result = await runScript(source, { timeout: 1_000 });
  expect(result).toMatchObject({ timedOut: true, signal: 'SIGKILL' });
  const pid = Number(result.stdout);
  expect(pid).toBeGreaterThan(0);
  await until(
    () => !childProcesses().some((name) => name.startsWith(`${pid} `)) && !isAlive(pid),
    'the grandchild is gone',
  );
});

it('lets a script import what the package at hand can, and read its input and environment', async () => {
  const source = `
    import { text } from 'node:stream/consumers';
    import { execa } from 'execa';
    console.log(typeof execa, process.env.MINE, await text(process.stdin));
  `;
  const result = await runScript(source, { env: { MINE: 'mine' }, input: 'typed' });
  expect(result).toMatchObject({ stdout: 'function mine typed\n', stderr: '', exitCode: 0 });
});

it('runs a file by its path or URL, with options of Node', async () => {
  const url = new URL('../reports/by-url.mjs', import.meta.url);
  writeFileSync(url, `console.log(typeof gc)`);
  expect((await runScript(url, { execArgv: ['--expose-gc'] })).stdout).toBe('function\n');
  expect((await runScript(url.pathname)).stdout).toBe('undefined\n');
});

if (hasPty) {
  it('gives a script a terminal', async () => {
    const result = await runScript(`console.log(process.stdout.isTTY, process.stdin.isTTY); process.exitCode = 5;`, {
      stdio: 'pty',
    });
    expect(result).toMatchObject({ stdout: 'true true\r\n', exitCode: 5 });
  });
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
