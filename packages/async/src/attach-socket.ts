import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';

import { StreamReader } from './stream-reader.ts';
import { StreamWriter } from './stream-writer.ts';

/** Lets a reader read what a stream of Node receives. */
export function readFrom(stream: Readable, limit: number | undefined): StreamReader {
  const reader = new StreamReader({ limit });
  reader._attach(stream);
  let ended = false;
  stream.on('data', (chunk: Buffer) => reader.feedData(chunk));
  stream.on('error', (error) => {
    ended = true;
    reader.setException(error);
  });
  const end = (): void => {
    if (!ended) reader.feedEof();
    ended = true;
  };
  stream.on('end', end);
  stream.on('close', end);
  return reader;
}

/** The reader and the writer of a connection. */
export function attachSocket(socket: Socket, limit: number | undefined): [StreamReader, StreamWriter] {
  return [readFrom(socket, limit), new StreamWriter(socket)];
}
