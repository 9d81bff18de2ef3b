import { type Server as NetServer, type Socket, createServer } from 'node:net';
import type { TlsOptions } from 'node:tls';

import { attachSocket } from './attach-socket.ts';
import { spawn } from './create-task.ts';
import { ignore } from './internal/cancellation.ts';
import { Completion } from './internal/completion.ts';
import { currentRegistry } from './internal/current-registry.ts';
import { taskStore } from './internal/task-store.ts';
import { Handshakes } from './internal/handshakes.ts';
import { Server } from './server.ts';
import { type StreamReader, checkLimit } from './stream-reader.ts';
import type { StreamWriter } from './stream-writer.ts';

/** Serves one connection, in a task of its own. If it throws, the connection is closed and the error reported. */
export type ConnectionHandler = (reader: StreamReader, writer: StreamWriter) => PromiseLike<void> | void;

/** How to serve. */
export interface ServeOptions {
  /**
   * How many bytes a line may have.
   *
   * @default 65536
   */
  limit?: number | undefined;
  /** How many connections may wait to be accepted. */
  backlog?: number | undefined;
  /** Encrypts the connections: options of `node:tls`, with a key and a certificate. */
  ssl?: TlsOptions | undefined;
  /** Lets several servers share the port. */
  reusePort?: boolean | undefined;
}

/**
 * Serves connections over TCP.
 *
 * @param handler Is passed a reader and a writer; it closes the writer when it is done.
 * @param host The address to listen on; `undefined`, all of them.
 * @param port 0, any free one: `server.port` tells which.
 * @param options How long a line may be, and how the server listens.
 * @returns The server, which listens.
 * @throws {TypeError} If `handler` is no function; a RangeError, if `limit` is not above 0.
 * @see https://docs.python.org/3/library/asyncio-stream.html#asyncio.start_server
 * @example
 * await using server = await startServer(
 *   async (reader, writer) => {
 *     for await (const line of reader) writer.write(line);
 *     writer.close();
 *   },
 *   'localhost',
 *   0, // any port that is free
 * );
 */
export async function startServer(
  handler: ConnectionHandler,
  host?: string,
  port = 0,
  { limit, backlog, ssl, reusePort }: ServeOptions = {},
): Promise<Server> {
  return listening(handler, { host, port, backlog, reusePort }, limit, ssl);
}

/**
 * Serves connections over a Unix socket.
 *
 * @param handler Is passed a reader and a writer; it closes the writer when it is done.
 * @param path Where the socket is made.
 * @param options How long a line may be, and how many connections may wait.
 * @returns The server, which listens.
 * @see https://docs.python.org/3/library/asyncio-stream.html#asyncio.start_unix_server
 * @example
 * await using server = await startUnixServer((_reader, writer) => greet(writer), socket);
 */
export async function startUnixServer(
  handler: ConnectionHandler,
  path: string,
  { limit, backlog }: ServeOptions = {},
): Promise<Server> {
  return listening(handler, { path, backlog }, limit, undefined);
}

async function listening(
  handler: ConnectionHandler,
  address: object,
  limit: number | undefined,
  ssl: TlsOptions | undefined,
): Promise<Server> {
  if (typeof handler !== 'function')
    throw new TypeError(`Cannot serve connections with ${String(handler)}: it is not a function`);
  checkLimit(limit);
  const registry = currentRegistry();
  const connections = new Set<StreamWriter>();
  const forget = (writer: StreamWriter): void => void connections.delete(writer);
  const handshakes = new Handshakes();
  const accept = (socket: Socket): void => {
    handshakes.done(socket);
    const [reader, writer] = attachSocket(socket, limit, forget);
    connections.add(writer);
    spawn(() => serve(handler, reader, writer), taskStore.getStore(), registry.own, { name: 'connection' }, undefined);
  };
  const options = { noDelay: true, allowHalfOpen: true };
  const server: NetServer =
    ssl === undefined
      ? createServer(options, accept)
      : (await import('node:tls')).createServer({ ...options, ...ssl }, accept);
  if (ssl !== undefined) server.on('connection', (socket) => handshakes.begin(socket));
  const completion = new Completion<void>('for a server to listen');
  const fail = (error: Error): void => completion.reject(error);
  server.once('error', fail);
  server.listen(address, () => completion.resolve());
  try {
    await completion.wait();
  } catch (error) {
    server.on('error', ignore);
    server.close();
    throw error;
  }
  server.off('error', fail);
  server.on('error', (error) => {
    const message = 'A server could not accept a connection';
    registry.report({ kind: 'failure', message, error, task: undefined, createdAt: undefined });
  });
  const serving = new Server(server, connections, handshakes);
  const { leftovers } = registry;
  leftovers.add(serving._leftover);
  server.once('close', () => leftovers.delete(serving._leftover));
  return serving;
}

async function serve(handler: ConnectionHandler, reader: StreamReader, writer: StreamWriter): Promise<void> {
  try {
    await handler(reader, writer);
  } catch (error) {
    writer.close();
    throw error;
  }
}
