import type { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';

import { StreamReader } from './stream-reader.ts';
import { StreamWriter } from './stream-writer.ts';

/** The reader of a stream of Node. */
export function readFrom(stream: Readable, limit: number | undefined): StreamReader {
  const reader = new StreamReader({ limit });
  reader._attach(stream);
  stream.on('data', (chunk: Buffer) => reader.feedData(chunk));
  stream.on('end', () => reader.feedEof());
  stream.on('error', (error) => reader.setException(error));
  stream.on('close', () => reader.feedEof());
  return reader;
}

/** The writer of a stream of Node. */
export function writeTo(stream: Writable): StreamWriter {
  const writer = new StreamWriter(stream);
  stream.on('drain', () => writer._drained());
  stream.on('error', (error) => writer._fail(error));
  stream.on('close', () => writer._end());
  return writer;
}

/**
 * The reader and the writer of a connection.
 *
 * @param onClose Called once it is closed.
 */
export function attachSocket(
  socket: Socket,
  limit: number | undefined,
  onClose: (writer: StreamWriter) => void,
): [StreamReader, StreamWriter] {
  const reader = new StreamReader({ limit });
  const writer = new StreamWriter(socket);
  reader._attach(socket);
  // One listener for both, since there may be very many connections.
  socket.on('data', (chunk: Buffer) => reader.feedData(chunk));
  socket.on('end', () => reader.feedEof());
  socket.on('drain', () => writer._drained());
  socket.on('error', (error) => {
    reader.setException(error);
    writer._fail(error);
  });
  socket.on('close', () => {
    reader.feedEof();
    writer._end();
    onClose(writer);
  });
  return [reader, writer];
}
