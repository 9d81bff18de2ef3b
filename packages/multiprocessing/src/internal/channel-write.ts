import { writeSync } from 'node:fs';
import type { Socket } from 'node:net';

/** Node does not write more at a time. */
const MAX_WRITE = 2 ** 30;

/**
 * Sends bytes, at once as far as the system takes them: the stream is needed for the rest only, and costs more than the
 * system call.
 *
 * @param fd The socket's descriptor; left out, the stream is used.
 * @returns Whether all is sent: if not, the bytes must stay as they are.
 */
export function send(socket: Socket, fd: number | undefined, bytes: Buffer): boolean {
  let sent = 0;
  if (fd !== undefined && socket.writableLength === 0 && socket.writable) {
    sent = trySend(fd, bytes);
    if (sent === bytes.length) return true;
  }
  for (; sent < bytes.length; sent += MAX_WRITE) socket.write(bytes.subarray(sent, sent + MAX_WRITE));
  return socket.writableLength === 0;
}

/** The descriptor under a socket, where Node shows it. */
export function descriptorOf(socket: Socket): number | undefined {
  const fd = (socket as { _handle?: { fd?: number } | null })._handle?.fd;
  return fd !== undefined && fd >= 0 ? fd : undefined;
}

// A full socket, or one whose other end is gone: the stream knows what to do.
function trySend(fd: number, bytes: Buffer): number {
  try {
    return writeSync(fd, bytes);
  } catch {
    return 0;
  }
}
