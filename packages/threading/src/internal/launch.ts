import type { ResourceLimits } from 'node:worker_threads';
import type { TransferError } from '@weft/core';
import { type Body, type TargetReference, asTransferError } from '@weft/core/lowlevel';
import { THREAD_ENTRY } from '../entries.ts';
import { callHook, excepthook, installedHook } from '../excepthook.ts';
import type { Thread } from '../thread.ts';
import { unifyOutput } from './console.ts';
import { threadEvents } from './events.ts';
import { type Child, listen } from './reaper.ts';
import { thrownThere } from './thrown.ts';
import { MAIN, self } from './registry.ts';
import { type Enrolment, spawn } from './spawn.ts';

/** What a thread has to do. */
export interface Job {
  target: TargetReference | undefined;
  args: Body;
  /** The class that extends Thread, and the fields of its object. */
  type: TargetReference | undefined;
  fields: Body;
}

/** What the worker of a thread finds in `workerData`. */
export interface ThreadData {
  weft: Enrolment;
  job: Job;
}

/** What a thread sends to the one that started it. */
export type ThreadMessage = { thrown: Body; ident: number; name: string };

/** What a thread posts to wake the one that started it. */
export const Ping = { Begun: 0, Said: 1, Lingers: 2 } as const;

/** Passes a message on to the thread that started this one. */
let passOn: ((message: ThreadMessage) => void) | undefined;

/** Says how this thread passes on what it has no hook for. */
export function setPassOn(send: (message: ThreadMessage) => void): void {
  passOn = send;
}

interface Launch {
  name: string;
  daemon: boolean;
  resourceLimits: ResourceLimits | undefined;
  job: Job;
  transfer: readonly object[];
  threadOf(ident: number, known: { ident: number; name: string; daemon: boolean }): Thread;
}

/** Starts the worker of a thread. */
export function launch(options: Launch): Child {
  try {
    return tryLaunch(options);
  } catch (error) {
    throw error instanceof DOMException ? refused(error, options.job) : error;
  }
}

// Which part of what the thread is given cannot cross.
function refused(error: DOMException, { args, fields }: Job): TransferError {
  try {
    structuredClone(fields);
  } catch {
    return asTransferError(error, fields.v, 'this');
  }
  return asTransferError(error, args.v, 'args');
}

function tryLaunch({ name, daemon, resourceLimits, job, transfer, threadOf }: Launch): Child {
  const child = spawn({
    entry: THREAD_ENTRY,
    name,
    daemon,
    data: { job },
    transfer: transfer as never,
    ...(resourceLimits && { resourceLimits }),
    onMessage: (message) => {
      const { thrown, ident, name: origin } = message as ThreadMessage;
      const hook = installedHook();
      if (hook === undefined && passOn !== undefined) passOn(message as ThreadMessage);
      else callHook(hook ?? excepthook, thrownThere(thrown, origin), threadOf(ident, { ident, name: origin, daemon }));
    },
    onError: (error) =>
      callHook(installedHook() ?? excepthook, error, threadOf(child.ident, { ident: child.ident, name, daemon })),
    onEnd: () => report('end', child.ident, name),
  });
  // The thread starts meanwhile: this makes the streams of the main thread, if nobody has used them yet.
  if (self === MAIN) unifyOutput();
  child.daemon = daemon;
  report('start', child.ident, name);
  child.worker.on('message', (ping: number) => {
    listen(child);
    // A daemon begins to run even if nothing else keeps the process alive; from then on it does not hold it either.
    if (ping === Ping.Lingers || (ping === Ping.Begun && daemon)) child.worker.unref();
  });
  return child;
}

function report(event: 'start' | 'end', ident: number, name: string): void {
  if (threadEvents.hasSubscribers) threadEvents.publish({ event, ident, name, parent: self });
}
