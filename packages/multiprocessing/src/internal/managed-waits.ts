import { TransferError, type WaitOptions } from '@weft/core';
import { Barrier } from '../barrier.ts';
import { Condition } from '../condition.ts';
import { Event } from '../event.ts';
import { JoinableQueue } from '../joinable-queue.ts';
import { Lock } from '../lock.ts';
import { Semaphore } from '../semaphore.ts';
import { ManagedRLock } from './managed/rlock.ts';

type Class = abstract new (...args: never[]) => object;

/** The waits that end with their client, and which argument of theirs has the options. */
const WAITS: readonly (readonly [Class, Readonly<Record<string, number>>])[] = [
  [Lock, { acquire: 0 }],
  [ManagedRLock, { acquire: 0 }],
  [Semaphore, { acquire: 0 }],
  [Event, { wait: 0 }],
  [Condition, { acquire: 0, wait: 0 }],
  [Barrier, { wait: 0 }],
  [JoinableQueue, { get: 0, put: 1, join: 0 }],
];

/**
 * Gives a wait the signal that ends it when its client aborts it or is gone.
 *
 * What is no such wait gets its arguments as they are: they may look like options.
 *
 * @param isOwn Whether a manager makes the object by name: then nothing else takes a signal.
 * @param signalled Whether the last argument had a signal, which stayed with the client.
 * @throws {TransferError} If it was part of a value.
 */
export function withSignal(
  target: object,
  method: string,
  args: unknown[],
  { isOwn, signalled, signal }: { isOwn: boolean; signalled: boolean; signal: AbortSignal },
): unknown[] {
  const place = placeOfOptions(target, method);
  if (signalled) {
    if ((isOwn || place !== undefined) && place !== args.length - 1)
      throw new TransferError(`Cannot send args[${args.length - 1}].signal to ${method}: a signal cannot be sent`);
    return [...args.slice(0, -1), { ...(args.at(-1) as WaitOptions), signal }];
  }
  if (place === undefined || args.length < place || args.length > place + 1) return args;
  const options = args[place];
  // What is no object goes on as it is: the method says that it cannot be used.
  if (options !== undefined && (typeof options !== 'object' || options === null || Array.isArray(options))) return args;
  return [...args.slice(0, place), { ...(options as WaitOptions | undefined), signal }];
}

function placeOfOptions(target: object, method: string): number | undefined {
  for (const [type, places] of WAITS) {
    // Not if a class of the user has put a method of its own in the place.
    if (!(target instanceof type) || target[method as never] !== type.prototype[method as never]) continue;
    return Object.hasOwn(places, method) ? places[method] : undefined;
  }
  return undefined;
}
