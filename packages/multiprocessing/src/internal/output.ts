import { fstatSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { isatty } from 'node:tty';
import { block } from './block.ts';

/** The most that a pipe takes in one piece, so that lines of several processes do not mix: POSIX's PIPE_BUF on Linux. */
const PIECE = 4096;
const NEWLINE = 10;

/**
 * Lets this process print straight to where its parent prints: when a write returns, it has been made.
 *
 * Lines arrive whole, whoever else prints there. Node's own streams would lose what they hold when the process exits,
 * and would make the descriptor, which the parent shares, non-blocking.
 */
export function printDirectly(): void {
  replace('stdout', 1);
  replace('stderr', 2);
}

/** Writes all of it, waiting where the reader is slow. Where nobody reads any more, it is dropped. */
export function printNow(fd: number, text: string | Uint8Array): void {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let start = 0; start < bytes.length;) {
    const end = endOfPiece(bytes, start);
    start += tryWrite(fd, bytes.subarray(start, end));
  }
}

function replace(name: 'stdout' | 'stderr', fd: 1 | 2): void {
  if (isatty(fd)) return;
  let stream: Writable | undefined;
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get: () => (stream ??= openStream(fd)),
  });
}

function openStream(fd: 1 | 2): Writable {
  const stream = new Writable({
    decodeStrings: true,
    write(chunk: Uint8Array, _encoding, done) {
      printNow(fd, chunk);
      done();
    },
    // Like Node's own: it cannot be closed.
    destroy(_error, done) {
      done(null);
    },
  });
  return Object.assign(stream, { fd, _type: isPipe(fd) ? 'pipe' : 'fs', _isStdio: true, isTTY: false });
}

function isPipe(fd: number): boolean {
  try {
    // As big integers: see remove-name.ts for what the others would do to the next import.
    const stats = fstatSync(fd, { bigint: true });
    return stats.isFIFO() || stats.isSocket();
  } catch {
    return false;
  }
}

// As many whole lines as fit, or a part of a line that is too long.
function endOfPiece(bytes: Uint8Array, start: number): number {
  const limit = start + PIECE;
  if (limit >= bytes.length) return bytes.length;
  const line = bytes.lastIndexOf(NEWLINE, limit - 1);
  return line < start ? limit : line + 1;
}

function tryWrite(fd: number, piece: Uint8Array): number {
  try {
    return writeSync(fd, piece);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return piece.length;
    block(1);
    return 0;
  }
}
