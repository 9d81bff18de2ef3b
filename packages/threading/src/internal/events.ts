import { channel } from 'node:diagnostics_channel';
import { self } from './registry.ts';

/** Publishes what happens, to whoever subscribes to a channel of `node:diagnostics_channel`. */
export type Reporter = ReturnType<typeof channel>;

/** Threads that start and end: `{ event: 'start' | 'end', ident, name }`. */
export const threadEvents: Reporter = channel('weft:thread');
/** Waits for locks, semaphores, events, conditions and barriers. */
export const lockEvents: Reporter = channel('weft:lock');
/**
 * Items that are put and got, `{ event: 'put' | 'get', id, rule, thread, size }`, and waits for them; all threads have
 * the same `id` for a queue.
 */
export const queueEvents: Reporter = channel('weft:queue');

/** Why a wait ended. */
export type Reason = 'granted' | 'timeout' | 'withdrawn';

/**
 * Publishes that a wait begins.
 *
 * @returns Publishes that it ends; `undefined` where nobody subscribes.
 */
export function waitBegins(
  reporter: Reporter,
  action: string,
  blocking: boolean,
): ((reason: Reason) => void) | undefined {
  if (!reporter.hasSubscribers) return undefined;
  const began = performance.now();
  reporter.publish({ event: 'wait-begin', action, blocking, thread: self });
  return (reason) =>
    reporter.publish({
      event: 'wait-end',
      action,
      blocking,
      thread: self,
      reason,
      duration: performance.now() - began,
    });
}
