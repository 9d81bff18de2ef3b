import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** How a script runs. */
export interface ScriptOptions {
  /** What the script finds in `process.argv` from 2 on. */
  args?: readonly string[] | undefined;
  /** What standard output and standard error are: pipes, files, or one terminal for both. @default 'pipe' */
  stdio?: 'pipe' | 'file' | 'pty' | undefined;
  /** After how long its whole process group is killed, in milliseconds of wall-clock time. @default 30_000 */
  timeout?: number | undefined;
  /** Set in addition to the environment of the test. `undefined` takes a variable away. */
  env?: Record<string, string | undefined> | undefined;
  /** The Node that runs it. @default the one that runs the test */
  node?: string | undefined;
  /** Options of Node itself, before the script. */
  execArgv?: readonly string[] | undefined;
  /** Where it runs. */
  cwd?: string | undefined;
  /** What it reads from standard input; left out, an empty one. */
  input?: string | undefined;
}

/** How a script ended. */
export interface ScriptResult {
  stdout: string;
  /** Empty in a terminal, where both go to `stdout`. */
  stderr: string;
  /** The exit status, `undefined` if a signal ended it. */
  exitCode: number | undefined;
  /** The signal that ended it. */
  signal: string | undefined;
  /** Whether it was killed because it did not end in time. */
  timedOut: boolean;
  /** From its start to its end, in milliseconds. */
  duration: number;
}

/** Whether this machine can give a script a terminal. */
export const hasPty: boolean =
  process.platform === 'linux' && ['/usr/bin/script', '/bin/script'].some((path) => existsSync(path));

/**
 * Runs a program as an operating system process of its own, and ends with it: at the cap its whole group is killed.
 *
 * @param script The path or URL of a module; or the source text of one, which has a line break or a semicolon and
 *   imports what the package at hand can import.
 * @returns How it ended. A program that fails is a result, not an error.
 */
export async function runScript(script: string | URL, options: ScriptOptions = {}): Promise<ScriptResult> {
  const { stdio = 'pipe', timeout = 30_000 } = options;
  if (stdio === 'pty' && !hasPty)
    throw new Error('Cannot give the script a terminal: util-linux "script" is not installed');
  const reports = join(process.cwd(), 'reports');
  mkdirSync(reports, { recursive: true });
  const folder = mkdtempSync(join(reports, 'script-'));
  try {
    const node = options.node ?? process.execPath;
    const nodeArgs = [...(options.execArgv ?? []), pathOf(script, folder), ...(options.args ?? [])];
    const [command, args] = stdio === 'pty' ? inTerminal([node, ...nodeArgs]) : [node, nodeArgs];
    return await follow(command, args, { ...options, stdio, timeout }, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function follow(
  command: string,
  args: readonly string[],
  options: ScriptOptions & { stdio: 'pipe' | 'file' | 'pty'; timeout: number },
  folder: string,
): Promise<ScriptResult> {
  const files = { stdout: join(folder, 'stdout'), stderr: join(folder, 'stderr') };
  const handles =
    options.stdio === 'file' ? { stdout: openSync(files.stdout, 'w'), stderr: openSync(files.stderr, 'w') } : undefined;
  const start = performance.now();
  const child = execa(command, args, {
    // A group of its own, so that the cap ends what the script has started, too.
    detached: true,
    cleanup: true,
    reject: false,
    stripFinalNewline: false,
    // A file's descriptor is as good here; execa's types take only those of the standard streams.
    stdout: (handles?.stdout ?? 'pipe') as 'pipe',
    stderr: (handles?.stderr ?? 'pipe') as 'pipe',
    // The script is a program of its own, not a part of the test's.
    env: {
      NODE_OPTIONS: undefined,
      WEFT_TREE: undefined,
      VITEST: undefined,
      NO_COLOR: '1',
      FORCE_COLOR: undefined,
      ...options.env,
    },
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    ...(options.input === undefined ? { stdin: 'ignore' as const } : { input: options.input }),
  });
  let timedOut = false;
  const killGroup = (): void => {
    if (child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  const cap = setTimeout(() => {
    timedOut = true;
    killGroup();
  }, options.timeout);
  process.once('exit', killGroup);
  try {
    const end = await child;
    const read = (stream: 'stdout' | 'stderr'): string =>
      handles ? readFileSync(files[stream], 'utf8') : String((end as unknown as Record<string, unknown>)[stream] ?? '');
    const { exitCode, signal } = end;
    return {
      stdout: read('stdout'),
      stderr: read('stderr'),
      exitCode,
      signal,
      timedOut,
      duration: performance.now() - start,
    };
  } finally {
    clearTimeout(cap);
    process.off('exit', killGroup);
    if (handles) for (const handle of Object.values(handles)) closeSync(handle);
  }
}

/** The path of the script; source text is written to a file from which the imports of the package at hand are found. */
function pathOf(script: string | URL, folder: string): string {
  if (script instanceof URL || script.startsWith('file:')) return fileURLToPath(script);
  if (!/[\n;]/.test(script)) return script;
  const path = join(folder, 'script.mjs');
  writeFileSync(path, script);
  return path;
}

function inTerminal(command: readonly string[]): [string, string[]] {
  const quoted = command.map((part) => `'${part.replaceAll("'", String.raw`'\''`)}'`).join(' ');
  return ['script', ['-qec', `exec ${quoted}`, '/dev/null']];
}
