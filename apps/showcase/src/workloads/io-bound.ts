import { channel } from 'node:diagnostics_channel';
import { type Interpreter, nodeItself } from './interpreter.ts';

const waits = channel('showcase:wait');

/**
 * Waits as a blocking read does: this thread does nothing else meanwhile.
 *
 * @param ms How long, in milliseconds.
 * @param interpreter Whose rules to follow.
 */
export function waitBlocking(ms: number, interpreter: Interpreter = nodeItself): void {
  interpreter.hold(() => interpreter.allowThreads(() => blockThread(ms)));
}

function blockThread(ms: number): void {
  if (waits.hasSubscribers) waits.publish({ type: 'waiting', reason: 'sleep' });
  Atomics.wait(new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)), 0, 0, ms);
  if (waits.hasSubscribers) waits.publish({ type: 'resumed', reason: 'sleep' });
}
