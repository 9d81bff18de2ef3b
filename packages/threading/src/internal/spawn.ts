import {
  MessageChannel,
  type MessagePort,
  type ResourceLimits,
  SHARE_ENV,
  type Transferable,
  Worker,
} from 'node:worker_threads';
import { InvalidStateError } from '@weft/core';
import { checkMayStart } from './importing.ts';
import { joinAtExit } from './join.ts';
import { type Child, adopt } from './reaper.ts';
import { enlist, self, strikeOff } from './registry.ts';

/** A worker thread to start. */
export interface Spawn {
  /** The module that it runs. */
  entry: URL;
  name: string;
  daemon: boolean;
  /** What it finds in `workerData`, beside its enrolment. */
  data: object;
  transfer?: readonly Transferable[];
  resourceLimits?: ResourceLimits;
  /** Called with what the thread sends on the port of its enrolment. */
  onMessage(message: unknown): void;
  /** Called with an error that ended the thread from outside its own code, such as having no memory left. */
  onError(error: Error): void;
  onEnd(): void;
}

/** What a worker that this package starts finds as `workerData.weft`. */
export interface Enrolment {
  ident: number;
  port: MessagePort;
}

/**
 * Starts a worker thread that is in the table of threads from this moment on, and sees to it that its end is noted
 * however it ends.
 *
 * @throws {InvalidStateError} If the process is ending, this thread only imports its target yet, or the system gives no
 *   thread.
 * @throws {DOMException} If the data cannot be cloned.
 */
export function spawn(options: Spawn): Child {
  if ((process as { _exiting?: boolean })._exiting === true)
    throw new InvalidStateError('Cannot start a thread: the process is ending');
  checkMayStart();
  joinAtExit();
  const ident = enlist({ name: options.name, daemon: options.daemon, parent: self });
  const { port1, port2 } = new MessageChannel();
  const enrolment: Enrolment = { ident, port: port2 };
  try {
    const worker = new Worker(options.entry, {
      name: options.name,
      env: SHARE_ENV,
      workerData: { ...options.data, weft: enrolment },
      transferList: [port2, ...(options.transfer ?? [])] as never,
      ...(options.resourceLimits && { resourceLimits: options.resourceLimits }),
      ...(isGivenAsText() && { execArgv: [] }),
    });
    worker.on('error', options.onError);
    const child: Child = { ident, worker, port: port1, onMessage: options.onMessage, onEnd: options.onEnd };
    adopt(child);
    return child;
  } catch (cause) {
    port1.close();
    strikeOff(ident);
    if (cause instanceof DOMException) throw cause;
    throw new InvalidStateError(`Cannot start a thread: ${(cause as Error).message}`, { cause });
  }
}

// A worker does not start with the flag that says what kind of text the program is, and takes only few others by name.
function isGivenAsText(): boolean {
  return process.execArgv.some((flag) => flag.startsWith('--input-type'));
}
