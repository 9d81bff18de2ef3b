import { inspect } from 'node:util';

import type { Options } from 'execa';

import { Completion } from './internal/completion.ts';
import { currentRegistry } from './internal/current-registry.ts';
import { taskStore } from './internal/task-store.ts';
import { checkLimit } from './stream-reader.ts';
import { type Child, Process } from './subprocess.ts';

/** Connects a program's input or output to this program, as in Python's `subprocess`. */
export const PIPE = 'pipe';
/** Discards a program's output, or gives it no input. */
export const DEVNULL = 'ignore';
/**
 * Sends a program's error output where its output goes. Into a pipe they go side by side: what is written to both in one
 * moment may come in another order.
 */
export const STDOUT = 'stdout';

/** Where a program's input comes from or its output goes: as for this program unless it is said. */
export type SubprocessStream = typeof PIPE | typeof DEVNULL | 'inherit' | number;

/** How to run a program. */
export interface SubprocessOptions {
  /** @default 'inherit' */
  stdin?: SubprocessStream | undefined;
  /** @default 'inherit' */
  stdout?: SubprocessStream | undefined;
  /** @default 'inherit' */
  stderr?: SubprocessStream | typeof STDOUT | undefined;
  /** The folder to run in. */
  cwd?: string | URL | undefined;
  /** The whole environment; left out, that of this program. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /**
   * How many bytes a line of output may have.
   *
   * @default 65536
   */
  limit?: number | undefined;
  /**
   * Whether ending it ends the programs that it started as well. They are put into a process group of their own for
   * that, which cannot read from the terminal.
   *
   * @default true, unless its input is the terminal
   */
  killDescendants?: boolean | undefined;
}

/**
 * Runs a program.
 *
 * @param program A path, or a name that is looked for in PATH.
 * @param rest Its arguments, and at last options.
 * @returns The running program. When the calling task is cancelled, it is ended.
 * @throws What Node reports if it cannot be started, such as an error with code `ENOENT`.
 * @see https://docs.python.org/3/library/asyncio-subprocess.html#asyncio.create_subprocess_exec
 * @example
 * const program = await createSubprocessExec('ls', '-l', { stdout: PIPE });
 * const [output] = await program.communicate();
 */
export async function createSubprocessExec(program: string, ...rest: (string | SubprocessOptions)[]): Promise<Process> {
  if (typeof program !== 'string')
    throw new TypeError(`Cannot run the program ${inspect(program)}: it must be a path or a name`);
  const last = rest.at(-1);
  const options = isOptions(last) ? last : {};
  const args = (isOptions(last) ? rest.slice(0, -1) : rest) as string[];
  const wrong = args.findIndex((arg) => typeof arg !== 'string');
  if (wrong >= 0) throw new TypeError(`Cannot pass ${inspect(args[wrong])} to a program: arguments are strings`);
  return start(program, args, options, false);
}

/**
 * Runs a command line by the shell.
 *
 * @param command Beware of parts that come from elsewhere: the shell takes them as commands.
 * @param options What its streams are connected to, and what it runs in.
 * @returns The program, which has started.
 * @see https://docs.python.org/3/library/asyncio-subprocess.html#asyncio.create_subprocess_shell
 * @example
 * const program = await createSubprocessShell('ls | wc -l', { stdout: PIPE });
 * const [count] = await program.communicate();
 */
export async function createSubprocessShell(command: string, options: SubprocessOptions = {}): Promise<Process> {
  if (typeof command !== 'string') throw new TypeError(`Cannot run the command ${inspect(command)}: it must be a text`);
  return start(command, [], options, true);
}

// A list is none: arguments are passed one by one.
function isOptions(value: unknown): value is SubprocessOptions {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What execa gives, as far as it is needed. */
interface Execution extends Child, PromiseLike<{ cause?: unknown }> {}

async function start(
  file: string,
  args: readonly string[],
  options: SubprocessOptions,
  shell: boolean,
): Promise<Process> {
  checkLimit(options.limit);
  const { execa } = await import('execa');
  const { stdin = 'inherit', stdout = 'inherit', stderr = 'inherit', cwd, env, limit } = options;
  const merged = stderr === STDOUT && stdout === PIPE;
  const settings = {
    stdin,
    stdout,
    stderr: stderr === STDOUT ? (stdout === 'inherit' ? 1 : stdout) : stderr,
    ...(merged ? { all: true } : {}),
    ...(cwd === undefined ? {} : { cwd }),
    ...(env === undefined ? {} : { env, extendEnv: false }),
    shell,
    buffer: false,
    encoding: 'buffer',
    reject: false,
    killDescendants: options.killDescendants ?? !(stdin === 'inherit' && process.stdin.isTTY),
  };
  const child = execa(file, args, settings as Options) as unknown as Execution;
  // Listens from now on: the program may have ended before this task goes on.
  const program = new Process(child, limit);
  const completion = new Completion<void>('for a program to start');
  child.nodeChildProcess.once('spawn', () => completion.resolve());
  void child.then((result) => completion.reject(result.cause ?? result));
  try {
    await completion.wait();
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  return owned(program, child);
}

/** Ends the program when the task that started it ends as cancelled, and when the run ends. */
function owned(program: Process, { nodeChildProcess }: Child): Process {
  if (program.returncode !== undefined) return program;
  const { leftovers } = currentRegistry();
  const task = taskStore.getStore();
  const leftover = { hold: (on: boolean) => program._hold(on), end: () => program._end() };
  const endIfCancelled = (): void => {
    if (task?.cancelled()) void program._end();
  };
  leftovers.add(leftover);
  task?.addDoneCallback(endIfCancelled);
  nodeChildProcess.once('exit', () => {
    leftovers.delete(leftover);
    task?.removeDoneCallback(endIfCancelled);
  });
  return program;
}
