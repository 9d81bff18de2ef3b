import { Socket } from 'node:net';
import { inspect } from 'node:util';
import type { WaitOptions } from '@weft/core';
import { checkWait, interruptible, keepAlive } from '@weft/core/lowlevel';
import { type Waitable, isReady, whenReady } from './internal/waitable.ts';

const ACTION = 'wait until one is ready';

/**
 * Waits until at least one of several things is ready: a connection that has something to receive or has ended, a
 * process's sentinel, a socket with data.
 *
 * Nothing is received by it.
 *
 * @param objects What to wait for.
 * @param options How long to wait, and a signal that ends the wait.
 * @throws {TypeError} If something is none of these.
 * @throws {RangeError} If the time is negative.
 * @returns Those that are ready, in the given order; none if time ran out.
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.connection.wait
 * @example
 * const [one, other] = Pipe();
 * await other.send('ready');
 * for (const connection of await wait([one], { timeout: 500 })) console.log(await connection.recv());
 */
export async function wait<T extends Waitable | Socket>(objects: Iterable<T>, options: WaitOptions = {}): Promise<T[]> {
  const timeout = checkWait(options, ACTION);
  const all = [...objects];
  for (const [index, object] of all.entries()) checkWaitable(object, index);
  const ready = all.filter(readyNow);
  if (ready.length > 0 || timeout === 0) return ready;
  await interruptible<void>(options, {
    action: ACTION,
    onTimeout: () => {},
    begin(waiter) {
      const letGo = keepAlive();
      const stops: (() => void)[] = [];
      const stop = (): void => {
        letGo();
        for (const leave of stops.splice(0)) leave();
      };
      let over = false;
      const look = (): void => {
        if (over) return;
        try {
          if (!all.some(readyNow)) return;
          waiter.resolve();
        } catch (error) {
          waiter.reject(error);
        }
        over = true;
        stop();
      };
      for (const object of all) stops.push(watch(object, look));
      look();
      return () => {
        over = true;
        stop();
        return true;
      };
    },
  });
  return all.filter(readyNow);
}

function checkWaitable(object: unknown, index: number): void {
  if (object instanceof Socket || (typeof object === 'object' && object !== null && isReady in object)) return;
  throw new TypeError(
    `Cannot wait for objects[${index}], ${inspect(object, { depth: 0 })}: it must be a connection, a sentinel or a socket`,
  );
}

function readyNow(object: Waitable | Socket): boolean {
  return object instanceof Socket
    ? object.readableLength > 0 || object.readableEnded || object.destroyed
    : object[isReady]();
}

function watch(object: Waitable | Socket, look: () => void): () => void {
  if (!(object instanceof Socket)) return object[whenReady](look);
  const events = ['readable', 'end', 'close'] as const;
  for (const event of events) object.on(event, look);
  return () => {
    for (const event of events) object.off(event, look);
  };
}
