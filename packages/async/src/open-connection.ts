import { type Socket, connect, isIP } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

import type { WaitOptions } from '@weft/core';

import { attachSocket } from './attach-socket.ts';
import { Completion } from './internal/completion.ts';
import { currentRegistry } from './internal/current-registry.ts';
import { refuse } from './internal/wait-limits.ts';
import { type StreamReader, checkLimit } from './stream-reader.ts';
import type { StreamWriter } from './stream-writer.ts';

/** How to connect. */
export interface ConnectOptions extends WaitOptions {
  /**
   * How many bytes a line may have.
   *
   * @default 65536
   */
  limit?: number | undefined;
  /** Encrypts the connection: `true`, or options of `node:tls`. */
  ssl?: boolean | ConnectionOptions | undefined;
  /** The address to connect from. */
  localAddress?: string | undefined;
  /** The version of IP, any if left out. */
  family?: 4 | 6 | undefined;
}

/**
 * Connects to a server over TCP.
 *
 * If the task is cancelled, time runs out or the signal aborts, no connection is left.
 *
 * @param host The name or address of the server.
 * @param port Its port.
 * @param options How the connection is made, and how long that may take.
 * @returns A reader and a writer.
 * @throws What Node reports if there is no connection, such as an error with code `ECONNREFUSED`.
 * @see https://docs.python.org/3/library/asyncio-stream.html#asyncio.open_connection
 * @example
 * const [reader, writer] = await openConnection('localhost', port);
 * writer.write('hello\n');
 * console.log(String(await reader.readline()));
 * writer.close();
 */
export async function openConnection(
  host: string,
  port: number,
  { limit, ssl, localAddress, family, ...wait }: ConnectOptions = {},
): Promise<[StreamReader, StreamWriter]> {
  const address = { host, port, noDelay: true, allowHalfOpen: true, localAddress, family };
  if (!ssl) return connected(() => connect(address), 'connect', limit, wait);
  const tls = await import('node:tls');
  const name = isIP(host) === 0 ? { servername: host } : {};
  const options = { ...name, ...(ssl === true ? {} : ssl), ...address };
  return connected(() => tls.connect(options), 'secureConnect', limit, wait);
}

/**
 * Connects to a server over a Unix socket.
 *
 * @param path Where the socket is.
 * @param options How long it may take, and how long a line may be.
 * @returns A reader and a writer.
 * @see https://docs.python.org/3/library/asyncio-stream.html#asyncio.open_unix_connection
 * @example
 * const [reader, writer] = await openUnixConnection(service);
 * writer.write('hello\n');
 * console.log(String(await reader.readline()));
 * writer.close();
 */
export async function openUnixConnection(
  path: string,
  { limit, ...wait }: ConnectOptions = {},
): Promise<[StreamReader, StreamWriter]> {
  return connected(() => connect({ path, allowHalfOpen: true }), 'connect', limit, wait);
}

async function connected(
  open: () => Socket,
  event: string,
  limit: number | undefined,
  options: WaitOptions,
): Promise<[StreamReader, StreamWriter]> {
  checkLimit(limit);
  const refused = refuse(options);
  if (refused) return refused;
  const { connections } = currentRegistry();
  const completion = new Completion<[StreamReader, StreamWriter]>('to connect');
  const socket = open();
  const fail = (error: Error): void => completion.reject(error);
  socket.on('error', fail);
  socket.once(event, () => {
    socket.off('error', fail);
    // From now on, and not only when the task goes on: the connection may be lost by then.
    const streams = attachSocket(socket, limit, (writer) => connections.delete(writer));
    connections.add(streams[1]);
    completion.resolve(streams);
  });
  try {
    return await completion.wait(options);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}
