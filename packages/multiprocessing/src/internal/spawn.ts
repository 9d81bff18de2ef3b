import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, statSync, unlinkSync } from 'node:fs';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect } from 'node:util';
import { checkOptions } from '@weft/core/lowlevel';
import { CHILD_ENTRY } from '../entries.ts';
import { takeBackHandles } from './handles.ts';
import type { Job } from './job.ts';
import { binaryPath } from './libc.ts';
import { ARGUMENTS_FD, CHANNEL_FD, type Preparation } from './own-process.ts';
import { canDieWithParent } from './parent-death.ts';
import { writeAll } from './write-all.ts';

/** One of a child's standard streams, as `node:child_process` names them. */
export type StdioKind = 'inherit' | 'pipe' | 'ignore';

/** How a child is started. */
export interface SpawnOptions {
  /** Its environment instead of this process's own; the variables of this library, `WEFT_…`, are inherited all the same. */
  env?: NodeJS.ProcessEnv | undefined;
  cwd?: string | URL | undefined;
  execArgv?: readonly string[] | undefined;
  stdio?: StdioKind | readonly [stdin: StdioKind, stdout: StdioKind, stderr: StdioKind] | undefined;
}

const KINDS: readonly unknown[] = ['inherit', 'pipe', 'ignore'] satisfies StdioKind[];

/**
 * Checks how a child is to be started, as far as Node would not, or not in these words.
 *
 * @throws {TypeError} If an option is of the wrong type.
 */
export function checkSpawnOptions(options: SpawnOptions): void {
  checkOptions('make a process', options);
  const { env, cwd, execArgv, stdio } = options;
  if (env !== undefined && (typeof env !== 'object' || env === null || Array.isArray(env)))
    throw new TypeError(`Cannot use env = ${inspect(env)}: it must be an object`);
  if (cwd !== undefined && typeof cwd !== 'string' && !(cwd instanceof URL))
    throw new TypeError(`Cannot use cwd = ${inspect(cwd, { depth: 0 })}: it must be a path`);
  if (execArgv !== undefined && !(Array.isArray(execArgv) && execArgv.every((flag) => typeof flag === 'string')))
    throw new TypeError(`Cannot use execArgv = ${String(execArgv)}: it must be an array of strings`);
  const streams: unknown = stdio;
  if (streams === undefined || KINDS.includes(streams)) return;
  if (!Array.isArray(streams) || streams.length !== 3 || !streams.every((kind) => KINDS.includes(kind)))
    throw new TypeError(
      `Cannot use stdio = ${String(streams)}: it must be 'inherit', 'pipe' or 'ignore', or an array of three of them`,
    );
}

/** A child that was started. */
export interface Spawned {
  readonly handle: ChildProcess;
  readonly pid: number;
  /** Ends with the child; the child ends with it. */
  readonly channel: Socket;
}

const FRAME_HEAD = 4;
/** Larger arguments go through a file: the socket may not take them before the child reads. */
const MAX_INLINE = 65_536;
/** Node's own flags that make no sense in a child: those that say what to run, and those that claim a port. */
const NOT_INHERITED =
  /^(-e|--eval|-p|--print|-pe|-i|--interactive|-c|--check|--test|--watch.*|--inspect.*|--debug-port|--input-type.*)(=|$)/;
/** Those of them whose value may be the next argument. */
const WITH_VALUE =
  /^(-e|--eval|-p|--print|-pe|--watch-.*|--inspect-port|--inspect-publish-uid|--debug-port|--input-type)$/;

let executable: string = process.execPath;

/**
 * Sets the Node that children are started with, instead of this process's own.
 *
 * @param path The path of a Node binary.
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.set_executable
 * @example
 * setExecutable(process.execPath);
 */
export function setExecutable(path: string | URL | Uint8Array): void {
  if (path instanceof URL) executable = fileURLToPath(path);
  else executable = typeof path === 'string' ? path : Buffer.from(path).toString();
}

/** The Node that children are started with. */
export function nodePath(): string {
  return executable;
}

/**
 * Starts a child and tells it what to do.
 *
 * @throws {Error} If the system cannot start it.
 */
export function spawnChild(
  preparation: Omit<Preparation, 'args' | 'cwd' | 'library' | 'shares' | 'type'>,
  { type, bytes, fields, cells }: Job,
  options: SpawnOptions,
): Spawned {
  const inFile = bytes.length > MAX_INLINE;
  const { stdio = ['ignore', 'inherit', 'inherit'] } = options;
  const streams: (StdioKind | number)[] = typeof stdio === 'string' ? [stdio, stdio, stdio] : [...stdio];
  streams[CHANNEL_FD] = 'pipe';
  let file: number | undefined;
  try {
    if (inFile) streams[ARGUMENTS_FD] = file = fileOf(bytes);
    const { execArgv = inheritedFlags() } = options;
    const cwd = folderOf(options);
    // The flags of this process, such as `--import ./hooks.js`, mean what is where it is itself.
    const isLater = options.execArgv === undefined && execArgv.length > 0;
    const handle = spawn(executable, [...execArgv, CHILD_ENTRY, ...process.argv.slice(2)], {
      stdio: streams,
      env: environmentOf(options),
      cwd: isLater ? undefined : cwd,
    });
    const { pid } = handle;
    if (pid === undefined) {
      handle.on('error', () => {});
      throw new Error(`Cannot start a process: ${whyNot()}`);
    }
    const channel = handle.stdio[CHANNEL_FD] as Socket;
    // A child that is gone shows as its exit; what was on its way to it is nobody's any more.
    channel.on('error', () => {});
    // Found here while the child starts, which would have to search for it before it can do anything.
    const library = canDieWithParent() ? binaryPath() : undefined;
    const head = {
      ...preparation,
      type,
      shares: cells.length > 0,
      cwd: isLater ? cwd : undefined,
      library,
      args: { size: bytes.length, fields, file: inFile },
    };
    channel.write(frameOf(head, inFile ? undefined : bytes));
    return { handle, pid, channel };
  } catch (error) {
    takeBackHandles(cells);
    throw error;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function folderOf({ cwd }: SpawnOptions): string | undefined {
  if (cwd === undefined) return undefined;
  const folder = cwd instanceof URL ? fileURLToPath(cwd) : resolve(cwd);
  // As big integers: see remove-name.ts for what the others would do to the next import.
  if (statSync(folder, { bigint: true, throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new Error(`Cannot start a process: there is no directory ${String(cwd)}`);
}

/** By its variables a child finds what it shares with its kin. */
function environmentOf({ env }: SpawnOptions): NodeJS.ProcessEnv {
  if (env === undefined) return process.env;
  const kin = Object.entries(process.env).filter(([name]) => name.startsWith('WEFT_'));
  return { ...Object.fromEntries(kin), ...env };
}

/** This process, as far as its parent's object could do something with it. */
export function spawnedSelf(): Spawned {
  const { pid } = process;
  const handle = { kill: (signal: NodeJS.Signals) => process.kill(pid, signal) };
  return { pid, handle } as unknown as Spawned;
}

/** The flags this process was started with, as far as a child should have them too. */
export function inheritedFlags(flags: readonly string[] = process.execArgv): string[] {
  return flags.filter((flag, at) => !NOT_INHERITED.test(flag) && !(at > 0 && WITH_VALUE.test(flags[at - 1] ?? '')));
}

function frameOf(preparation: Preparation, args: Buffer | undefined): Buffer {
  const head = Buffer.from(JSON.stringify(preparation));
  const frame = Buffer.allocUnsafe(FRAME_HEAD + head.length + (args?.length ?? 0));
  frame.writeUInt32LE(head.length, 0);
  head.copy(frame, FRAME_HEAD);
  args?.copy(frame, FRAME_HEAD + head.length);
  return frame;
}

let files = 0;

// It has lost its name before anything is in it, so nothing is left behind however this ends.
function fileOf(args: Buffer): number {
  files += 1;
  const folder = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();
  const path = `${folder}/weft-args-${process.pid}-${process.hrtime.bigint().toString(36)}${files}`;
  const fd = openSync(path, 'wx+', 0o600);
  try {
    unlinkSync(path);
    writeAll(fd, args);
    return fd;
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** Says why the system has not started a process. */
export function whyNot(): string {
  if (!existsSync(executable)) return `there is no ${executable}`;
  return 'the system refused it; perhaps there are too many processes or open files';
}
