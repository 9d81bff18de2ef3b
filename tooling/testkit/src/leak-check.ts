import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest';
import { childProcesses } from './child-processes.ts';
import { flush } from './flush.ts';
import { liveThreads } from './live-threads.ts';
import { until } from './until.ts';

/** What is looked for, and for how long. */
export interface LeakCheckOptions {
  /** Threads that were started from this one. @default true */
  threads?: boolean | undefined;
  /** Child processes. @default true */
  processes?: boolean | undefined;
  /** What keeps the event loop alive: sockets, pipes, ports, servers. @default true */
  handles?: boolean | undefined;
  /** Shared memory: files of `/dev/shm` whose name begins with `weft-PID.`. @default true */
  segments?: boolean | undefined;
  /** Files in the folder for temporary files, which is one of its own while the tests of the file run. @default true */
  files?: boolean | undefined;
  /** How long what is ending may take to end, in milliseconds. @default 2_000 */
  patience?: number | undefined;
  /** When to look: after each test, or once after those of the file, where they share a pool. @default 'test' */
  after?: 'test' | 'file' | undefined;
}

/** Looks at one kind of thing that can be left behind, as names of what is there now. */
type Look = () => string[];

/**
 * Fails a test that leaves threads, child processes, handles, shared memory or temporary files behind.
 *
 * Called at the top of a test file, or inside of a `describe`.
 */
export function leakCheck(options: LeakCheckOptions = {}): void {
  const { patience = 2_000, after = 'test' } = options;
  let looks: Record<string, Look> = {};
  let baseline: Record<string, string[]> = {};
  let folder: string | undefined;
  const tmpBefore = process.env['TMPDIR'];
  const takeBaseline = (): void => {
    baseline = Object.fromEntries(Object.entries(looks).map(([kind, look]) => [kind, look()]));
  };
  const check = async (): Promise<void> => {
    let left: string[] = [];
    const clean = (): boolean => {
      left = Object.entries(looks).flatMap(([kind, look]) =>
        beyond(look(), baseline[kind] ?? []).map((name) => `${kind}: ${name}`),
      );
      return left.length === 0;
    };
    // Node tells of a thread in the turn after its start.
    await flush();
    // What nobody refers to any more may need a collection before it is given back.
    (globalThis as { gc?: () => void }).gc?.();
    try {
      await until(clean, 'nothing is left behind', patience);
    } catch {
      takeBaseline();
      throw new Error(`The test left behind ${left.join('; ')}`);
    }
  };
  beforeAll(() => {
    if (options.files ?? true) {
      folder = mkdtempSync(join(tmpdir(), 'weft-test-'));
      process.env['TMPDIR'] = folder;
    }
    looks = looksOf(options, folder);
    takeBaseline();
  });
  if (after === 'test') {
    beforeEach(takeBaseline);
    afterEach(check);
  }
  afterAll(async () => {
    try {
      if (after === 'file') await check();
    } finally {
      if (folder !== undefined) {
        if (tmpBefore === undefined) delete process.env['TMPDIR'];
        else process.env['TMPDIR'] = tmpBefore;
        rmSync(folder, { recursive: true, force: true });
      }
    }
  });
}

function looksOf(options: LeakCheckOptions, folder: string | undefined): Record<string, Look> {
  const looks: Record<string, Look> = {};
  if (options.threads ?? true) looks['thread'] = liveThreads();
  if (options.processes ?? true) looks['process'] = childProcesses;
  if (options.handles ?? true) looks['handle'] = handles;
  if (options.segments ?? true)
    looks['shared memory'] = () => entries('/dev/shm').filter((name) => name.startsWith(`weft-${process.pid}.`));
  if (folder !== undefined) looks['file'] = () => entries(folder);
  return looks;
}

// Timers and requests come and go with the tests themselves.
function handles(): string[] {
  return process
    .getActiveResourcesInfo()
    .filter((name) => !/^(Timeout|Immediate|FSReq|CloseReq|GetAddrInfo|TTYWrap|ProcessWrap)/.test(name));
}

function entries(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** What is there now and was not before, counting those of the same name. */
function beyond(now: readonly string[], before: readonly string[]): string[] {
  const rest = [...before];
  return now.filter((name) => {
    const at = rest.indexOf(name);
    if (at < 0) return true;
    rest.splice(at, 1);
    return false;
  });
}
