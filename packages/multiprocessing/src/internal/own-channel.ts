import { readSync } from 'node:fs';
import { type OnReadOpts, Socket } from 'node:net';
import { announceOrphaned } from '../current-process.ts';
import { block } from './block.ts';
import { CHANNEL_FD } from './own-process.ts';

/** How long what tasks have left behind may hold a worker that is to end, in milliseconds. */
const LEFTOVERS = 50;

let channel: Socket | undefined;

/** Reads exactly so many bytes, blocking. From the parent's socket only before {@link openChannel}. */
export function readNow(size: number, fd: number = CHANNEL_FD): Buffer {
  const bytes = Buffer.allocUnsafeSlow(size);
  for (let at = 0; at < size;) {
    const count = tryRead(fd, bytes, at);
    if (count === 0) process.exit(1);
    if (count === undefined) block(1);
    else at += count;
  }
  return bytes;
}

/**
 * Opens the socket to the parent for good; when the parent ends, so does this process.
 *
 * @param onread Takes what the parent sends; left out, it is dropped.
 */
export function openChannel(onread?: OnReadOpts): Socket {
  if (channel !== undefined) return channel;
  channel = new Socket({ fd: CHANNEL_FD, readable: true, writable: true, ...(onread && { onread }) });
  channel.on('end', leave);
  channel.on('error', leave);
  channel.on('close', leave);
  if (onread === undefined) channel.resume();
  else channel.read(0);
  return channel.unref();
}

/**
 * Ends a worker that has nothing more to do: by itself, or a little later if tasks have left something in the event loop.
 * Where `_exit` cannot be called, `process.exit` may wait for V8's compilers for ever.
 */
export function endSoon(): void {
  channel?.unref();
  setTimeout(() => process.exit(), LEFTOVERS).unref();
}

function leave(): void {
  announceOrphaned();
  setImmediate(() => process.exit(1));
}

function tryRead(fd: number, bytes: Buffer, at: number): number | undefined {
  try {
    return readSync(fd, bytes, at, bytes.length - at, null);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined;
    throw error;
  }
}
