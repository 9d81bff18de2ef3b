import { type Socket, createConnection } from 'node:net';
import type { WaitOptions } from '@weft/core';
import { checkWait, interruptible } from '@weft/core/lowlevel';
import { Connection } from './connection.ts';
import { type Address, addressOptions, keyBytes } from './internal/address.ts';
import { authenticate } from './internal/authentication.ts';
import { SocketTransport } from './internal/socket-transport.ts';

/** How to connect. */
export interface ConnectOptions extends WaitOptions {
  /** The key of the listener. */
  authkey?: Uint8Array | string | undefined;
}

/**
 * Connects to a `Listener`, of any process that can reach it.
 *
 * @param address Where the listener listens: a path, or `[host, port]`.
 * @param options The key of both sides, and how long to wait.
 * @returns The connection, once both sides know the key.
 * @throws {AuthenticationError} If the two do not share the key.
 * @throws {Error} If nobody listens there.
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.connection.Client
 * @example
 * await using listener = new Listener(['127.0.0.1', 0], { authkey: 'secret' });
 * const address = await listener.ready();
 * const accepted = listener.accept();
 * using connection = await connect(address, { authkey: 'secret' });
 * await connection.send('hello');
 * (await accepted).close();
 */
export async function connect(address: Address, options: ConnectOptions = {}): Promise<Connection> {
  checkWait(options, 'connect');
  const key = keyBytes(options.authkey);
  const began = performance.now();
  const socket = await open(address, options);
  const transport = new SocketTransport(socket);
  if (key !== undefined) await authenticate(transport, key, { ...options, began, action: 'connect', first: false });
  return new Connection(transport);
}

function open(address: Address, options: WaitOptions): Promise<Socket> {
  const where = addressOptions(address);
  return interruptible<Socket>(options, {
    action: `connect to ${JSON.stringify(address)}`,
    begin(waiter) {
      const socket = createConnection(where);
      const fail = (error: Error): void => waiter.reject(error);
      socket.once('error', fail);
      socket.once('connect', () => {
        socket.off('error', fail);
        waiter.resolve(socket);
      });
      return () => {
        socket.destroy();
        return true;
      };
    },
  });
}
