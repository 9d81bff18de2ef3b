import { rmSync } from 'node:fs';
import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { type Options, execa } from 'execa';
import { becomesSilent } from './silence.ts';
import { TRACE_FOLDER, type TraceRecord } from './record.ts';

/** How a traced program ended. */
export interface TracedRun {
  records: TraceRecord[];
  /** What it printed, on both streams in order; empty if its output was inherited. */
  output: string;
  /** Missing if a signal ended it. */
  exitCode: number | undefined;
  /** What ended it, if that was a signal. */
  signal: NodeJS.Signals | undefined;
  /** Whether it was ended because it took too long, or had nothing more to tell. */
  timedOut: boolean;
}

/** How to run a program to be traced. */
export interface TraceOptions {
  /** Whether the program has this program's own streams instead of being captured. @default false */
  inherit?: boolean;
  /** After how many milliseconds the program is ended. */
  timeout?: number;
  /** Whether the program is ended when it has begun and nothing happens in it any more. @default false */
  endWhenSilent?: boolean;
  /** Ends the program when it aborts. */
  signal?: AbortSignal;
}

/**
 * Runs a command and collects what the libraries publish in all of its threads and processes that are Node's.
 *
 * @param command A program and its arguments, such as `['node', 'program.js']`.
 * @throws {Error} If the program cannot be started.
 */
export async function runTraced(command: readonly string[], options: TraceOptions = {}): Promise<TracedRun> {
  const folder = await mkdtemp(join(tmpdir(), 'showcase-trace-'));
  // Ctrl-C ends this program at once; the folder must not stay behind.
  const remove = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', remove);
  try {
    const [file = process.execPath, ...args] = command;
    const running = execa(file === 'node' ? process.execPath : file, args, executionOptions(folder, options));
    const over = new AbortController();
    const silent = options.endWhenSilent === true && becomesSilent(folder, over.signal);
    void Promise.resolve(silent).then((isSilent) => isSilent && running.kill());
    const result = await running;
    over.abort();
    const { exitCode, signal } = result;
    if (exitCode === undefined && signal === undefined && result.cause !== undefined) throw result.cause;
    const timedOut = result.timedOut || (await silent);
    const records = withEnd(await readRecords(folder), Number(process.hrtime.bigint() / 1000n));
    return { records, output: String(result.all ?? ''), exitCode, signal, timedOut };
  } finally {
    process.off('exit', remove);
    remove();
  }
}

function executionOptions(folder: string, { inherit = false, timeout, signal }: TraceOptions): Options {
  const preload = new URL('preload.js', import.meta.url).href;
  return {
    reject: false,
    stdin: inherit ? 'inherit' : 'ignore',
    stdout: inherit ? 'inherit' : 'pipe',
    stderr: inherit ? 'inherit' : 'pipe',
    all: !inherit,
    env: { NODE_OPTIONS: `${process.env['NODE_OPTIONS'] ?? ''} --import=${preload}`, [TRACE_FOLDER]: folder },
    ...(timeout === undefined ? {} : { timeout }),
    ...(signal === undefined ? {} : { cancelSignal: signal }),
  };
}

async function readRecords(folder: string): Promise<TraceRecord[]> {
  const files = await readdir(folder);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts.flatMap(parseRecords).toSorted((one, other) => one.at - other.at);
}

/** A program that was killed could not say that it ends. */
function withEnd(records: TraceRecord[], at: number): TraceRecord[] {
  const [first] = records;
  if (first === undefined) return records;
  const isEnd = (record: TraceRecord) =>
    record.event === 'end' && record.channel === 'program' && record.process === first.process;
  if (records.some((record) => isEnd(record) && record.thread === 0)) return records;
  return [...records, { at, process: first.process, thread: 0, channel: 'program', event: 'end' }];
}

/** Reads the records of one thread. A thread that was killed may have left half a line. */
export function parseRecords(text: string): TraceRecord[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as TraceRecord);
}
