import { writeOut } from './output.ts';

/** Makes `console`, `process.stdout` and `process.stderr` of this worker thread write at once. */
export function openOutput(): void {
  open(process.stdout, 1);
  open(process.stderr, 2);
}

let unified = false;

/** Makes the main thread write as the others do, so that no thread's line breaks another's. */
export function unifyOutput(): void {
  if (unified) return;
  unified = true;
  unify(process.stdout, 1);
  unify(process.stderr, 2);
}

type WriteDone = (error?: Error | null) => void;

// Node's stream stays, since Node itself talks to it; only the way out of it is another one.
function open(stream: NodeJS.WriteStream, fd: number): void {
  redirect(stream, (chunk, encoding, done) => {
    writeOut(fd, typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk);
    done();
  });
  // Not loaded with this module: the main thread would load it before the first worker can start.
  const { WriteStream, isatty } = process.getBuiltinModule('node:tty');
  if (!isatty(fd)) return;
  const { getColorDepth, hasColors } = WriteStream.prototype;
  Object.assign(stream, { isTTY: true, columns: Number(process.env['COLUMNS'] ?? 80), getColorDepth, hasColors });
}

function unify(stream: NodeJS.WriteStream, fd: number): void {
  if ((stream as { fd?: number }).fd !== fd) return;
  const writeBefore = stream._write.bind(stream);
  const queued = (): number => (stream as { _handle?: { writeQueueSize?: number } })._handle?.writeQueueSize ?? 0;
  redirect(stream, (chunk, encoding, done) => {
    // What was written before this was installed goes out first.
    if (queued() > 0) {
      writeBefore(chunk, encoding, done);
      return;
    }
    done(writeOut(fd, typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk) ?? null);
  });
}

function redirect(
  stream: NodeJS.WriteStream,
  write: (chunk: Buffer | string, encoding: BufferEncoding, done: WriteDone) => void,
): void {
  // Without a way to write several chunks at once, each goes through the one that writes one.
  Object.defineProperties(stream, {
    _write: { value: write, configurable: true, writable: true },
    _writev: { value: null, configurable: true, writable: true },
  });
}
