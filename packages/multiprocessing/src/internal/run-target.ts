import { closeSync, writeSync } from 'node:fs';
import { inspect } from 'node:util';
import { SystemExit, type Target } from '@weft/core';
import { decodeBody, loadClasses, loadTarget, unpack } from '@weft/core/lowlevel';
import { joinChildren } from './join-children.ts';
import { libc } from './libc.ts';
import { printNow } from './output.ts';
import { openChannel, readNow } from './own-channel.ts';
import { ARGUMENTS_FD, CHANNEL_FD, type Preparation, Sign, asSelf, ownProcess } from './own-process.ts';

const STDERR = 2;

/** A class that extends Process. */
interface Own {
  [asSelf](target: Target | undefined, args: readonly unknown[]): { run(): unknown };
}

let finished = false;

/**
 * Calls what this process was started for; afterwards it ends when nothing else is left to do.
 *
 * @param preparation What the parent wants.
 * @param guarded Whether the system ends this process with its parent.
 */
export async function runTarget(
  { target, type, args: { size, fields, file }, serves, shares }: Preparation,
  guarded: boolean,
): Promise<void> {
  process.on('uncaughtException', onUncaught);
  process.on('SIGINT', onInterrupt);
  process.on('beforeExit', onIdle);
  try {
    const bytes = readNow(size, file ? ARGUMENTS_FD : CHANNEL_FD);
    if (file) closeSync(ARGUMENTS_FD);
    const call = target && ((await loadTarget(target)) as Target);
    const own = type && ((await loadTarget(type)) as unknown as Own);
    const bodies = [bytes.subarray(0, size - fields), ...(own ? [bytes.subarray(size - fields)] : [])].map(decodeBody);
    for (const body of bodies) await loadClasses(body);
    // It takes a while to load, in which nothing is opened.
    if (shares) libc();
    // Only now: until then what it is given is in nobody's hands if it dies.
    writeSync(CHANNEL_FD, Buffer.of(guarded ? Sign.Guarded : Sign.Unguarded));
    const [args, state] = bodies.map((body) => unpack(body, 'process')) as [unknown[], object?];
    const self = own?.[asSelf](call, args);
    if (self) Object.assign(self, state);
    ownProcess().importing = false;
    writeSync(CHANNEL_FD, Buffer.of(Sign.HasRead));
    if (!serves) openChannel();
    await (self ? self.run() : call?.(...args));
    finished = true;
  } catch (error) {
    await fail(error);
  }
}

/** Ends this process as an error that nobody catches does: it is printed, and the exit code is 1. */
export async function fail(error: unknown): Promise<void> {
  finished = true;
  process.exitCode = report(error);
  await joinChildren();
  process.exit();
}

function report(error: unknown): number {
  if (!(error instanceof SystemExit)) {
    complain(inspect(error));
    return 1;
  }
  if (Object.hasOwn(error, 'cause')) printNow(STDERR, `${asText(error.cause)}\n`);
  return error.exitCode;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : inspect(value);
}

function complain(what: string): void {
  printNow(STDERR, `Process ${ownProcess().name}:\n${what}\n`);
}

// A listener of the user's knows better what to do.
function onUncaught(error: unknown): void {
  if (process.listenerCount('uncaughtException') === 1) void fail(error);
}

function onInterrupt(): void {
  if (process.listenerCount('SIGINT') === 1) process.exit(1);
}

function onIdle(): void {
  if (finished) return;
  complain('the promise of its target can never be settled: nothing is left that could do so');
  process.exit(1);
}
