import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { hasPty, runScript } from '@weft/testkit';
import { describe, expect, it } from 'vitest';

const cli = fileURLToPath(new URL('../dist/cli.js', import.meta.url));
const showcase = (...args: string[]) => runScript(cli, { args });

const printed = {
  multiprocessing:
    'Square of 1: 1\nSquare of 2: 4\nSquare of 3: 9\nSquare of 4: 16\nSquare of 5: 25\nMultiprocessing complete.\n',
  asyncio: 'Task 1: 0\nTask 2: 0\nTask 1: 1\nTask 2: 1\nTask 1: 2\nTask 2: 2\n',
  combined:
    'CPU-bound results: [333328333350000, 333332833333500000]\n' +
    'Starting I/O task\nStarting I/O task\nI/O task complete\nI/O task complete\n',
};

describe.each(['pipe', 'file', 'pty'] as const)('showcase run, into a %s', (stdio) => {
  it.runIf(stdio !== 'pty' || hasPty)(
    'prints both threads’ lines, each in its order, and the last line last',
    async () => {
      const { stdout, stderr, exitCode } = await runScript(cli, { args: ['run', 'threading'], stdio });
      const lines = stdout.trimEnd().split(/\r?\n/);
      expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
      expect(lines.filter((line) => /^Thread: \d$/.test(line))).toEqual([0, 1, 2, 3, 4].map((i) => `Thread: ${i}`));
      expect(lines.filter((line) => /^Thread: [A-Z]$/.test(line))).toEqual(
        [...'ABCDE'].map((letter) => `Thread: ${letter}`),
      );
      expect(lines).toHaveLength(11);
      expect(lines.at(-1)).toBe('All threads have finished.');
    },
  );

  it.runIf(stdio !== 'pty' || hasPty)('prints the squares of the child before the parent’s line', async () => {
    const { stdout, exitCode } = await runScript(cli, { args: ['run', 'multiprocessing'], stdio });
    expect(stdout.replaceAll('\r', '')).toBe(printed.multiprocessing);
    expect(exitCode).toBe(0);
  });
});

describe('a file that cannot be written', () => {
  it.each([
    ['compare', '--quick', '--json', '/nowhere/report.json'],
    ['compare', '--html', '/'],
    ['compare', '--html', ''],
    ['trace', '--svg', '/nowhere/trace.svg', '--', 'node', '-e', 'console.log(1)'],
  ])('is named before anything is done: %s %s %s', async (...args) => {
    const { stdout, stderr, exitCode } = await showcase(...args);
    expect(stderr).toMatch(/^Cannot write to (\/(nowhere\/(report\.json|trace\.svg))?)?: /);
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  });
});

describe('showcase serve', () => {
  it.each(['', ' ', 'http', '-1', '8.5', '0x50', '70000'])("knows no port '%s'", async (port) => {
    const { stderr, exitCode } = await showcase('serve', '--port', port);
    expect({ stderr, exitCode }).toEqual({ stderr: `There is no port '${port}'\n`, exitCode: 2 });
  });

  it('says that another program has the port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const { stderr, exitCode } = await showcase('serve', '--port', String(port));
    other.close();
    expect(stderr).toBe(`Cannot listen on port ${port}: another program listens there\n`);
    expect(exitCode).toBe(2);
  });
});

it.each([
  ['run', 'asyncio', 'threading'],
  ['compare', 'quick'],
  ['gallery', 'deadlock', 'lost-update'],
  ['serve', '8080'],
])('showcase %s %s does not pass over an argument that it does not know', async (...args) => {
  const { stdout, stderr, exitCode } = await showcase(...args);
  expect(stderr).toMatch(/^error: too many arguments/);
  expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
});

describe('showcase run', () => {
  it.each(['asyncio', 'combined'] as const)('prints exactly what the tutorial’s program prints: %s', async (name) => {
    const { stdout, stderr, exitCode } = await showcase('run', name);
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: printed[name], stderr: '', exitCode: 0 });
  });

  it('names the examples when asked for one that does not exist', async () => {
    const { stdout, stderr, exitCode } = await showcase('run', 'multithreading');
    expect(stderr).toBe(
      "There is no example 'multithreading'. The examples are: threading, multiprocessing, asyncio, combined\n",
    );
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  });

  it('names commands and examples when asked for a command that does not exist', async () => {
    const { stdout, stderr, exitCode } = await showcase('threading');
    expect(stderr).toBe(
      "There is no command 'threading'. The commands are: run, compare, trace, gallery, serve. " +
        "Examples are started with 'run': threading, multiprocessing, asyncio, combined\n",
    );
    expect({ stdout, exitCode }).toEqual({ stdout: '', exitCode: 2 });
  });

  it.each(['constructor', '__proto__', ''])('takes no word for an example that is none: %j', async (word) => {
    const { exitCode } = await showcase('run', word);
    expect(exitCode).toBe(2);
  });
});

describe('showcase', () => {
  it.each([
    ['paint'],
    ['compare', '--sideways'],
    ['serve', '--port', 'front'],
    ['trace'],
    ['gallery', 'of-modern-art'],
  ])('ends with status 2 when it is misused: %s %s %s', async (...words) => {
    const { stderr, stdout, exitCode } = await showcase(...words.filter((word) => word !== undefined));
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).not.toBe('');
    expect(stderr).not.toMatch(/\n\s+at /);
  });

  it('explains itself', async () => {
    const { stdout, exitCode } = await showcase('--help');
    for (const command of ['run', 'compare', 'trace', 'gallery', 'serve']) expect(stdout).toContain(`  ${command}`);
    expect(exitCode).toBe(0);
  });
});
