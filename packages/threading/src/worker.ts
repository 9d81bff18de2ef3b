import { parentPort, workerData } from 'node:worker_threads';
import { SystemExit } from '@weft/core';
import { type Target, loadClasses, loadTarget, packThrown, unpack } from '@weft/core/lowlevel';
import { callHook, excepthook, installedHook } from './excepthook.ts';
import { openOutput } from './internal/console.ts';
import { importFirst } from './internal/importing.ts';
import { Ping, type ThreadData, type ThreadMessage, setPassOn } from './internal/launch.ts';
import { living } from './internal/reaper.ts';
import { isHooked, noteNativeId, recordOf, self, strikeOff } from './internal/registry.ts';
import { Thread, makeHandle } from './thread.ts';

// The module that every thread begins with.
const { job, weft } = workerData as ThreadData;
const parent = recordOf(self)?.parent ?? 0;
let current: Thread | undefined;

openOutput();
noteNativeId();
setPassOn(send);
endLast();
process.on('uncaughtException', fail);
process.on('beforeExit', linger);
void main();

async function main(): Promise<void> {
  try {
    await begin(await importFirst(prepare));
  } catch (error) {
    fail(error);
  }
}

async function prepare(): Promise<Thread> {
  const type = (job.type === undefined ? Thread : await loadTarget(job.type)) as typeof Thread;
  const target = job.target && ((await loadTarget(job.target)) as Target);
  await loadClasses(job.args);
  await loadClasses(job.fields);
  const thread = makeHandle(type, self, { target, args: unpack(job.args, 'thread') as unknown[] });
  current = thread;
  return Object.assign(thread, unpack(job.fields, 'thread'));
}

function begin(thread: Thread): unknown {
  parentPort?.postMessage(Ping.Begun);
  return thread.run();
}

// An error ends the thread, as it does in Python, whatever it has still open.
function fail(error: unknown): void {
  if (!(error instanceof SystemExit)) report(error);
  process.exit(error instanceof SystemExit ? error.exitCode : 1);
}

function report(error: unknown): void {
  current ??= makeHandle(Thread, self, {});
  const own = installedHook();
  if (own !== undefined) callHook(own, error, current);
  else if (isHooked(parent)) send({ thrown: packThrown(error, 'thread').body, ident: self, name: current.name });
  else callHook(excepthook, error, current);
}

function send(message: ThreadMessage): void {
  weft.port.postMessage(message);
  parentPort?.postMessage(Ping.Said);
}

// The thread has ended once every listener of the event has run, those included that its target adds.
function endLast(): void {
  const emit = process.emit.bind(process) as (event: string, ...args: unknown[]) => boolean;
  process.emit = ((event: string, ...args: unknown[]) => {
    try {
      return emit(event, ...args);
    } finally {
      if (event === 'exit') strikeOff(self);
    }
  }) as typeof process.emit;
}

// Node ends a worker's workers with it. A thread whose daemons still run has ended for everybody else, but stays.
function linger(): void {
  const daemons = [...living()].filter((child) => child.daemon === true);
  if (daemons.length === 0) return;
  strikeOff(self);
  parentPort?.postMessage(Ping.Lingers);
  for (const { worker } of daemons) worker.ref();
}
