import type { AddressInfo, Server as NetServer } from 'node:net';
import { inspect } from 'node:util';

import { InvalidStateError } from '@weft/core';

import { Event } from './event.ts';
import { Future } from './future.ts';
import type { Handshakes } from './internal/handshakes.ts';
import type { Leftover } from './internal/task-registry.ts';
import type { StreamWriter } from './stream-writer.ts';

/**
 * A server that {@link startServer} started.
 *
 * @see https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.Server
 */
export class Server implements AsyncDisposable {
  readonly #server: NetServer;
  readonly #connections: ReadonlySet<StreamWriter>;
  readonly #handshakes: Handshakes;
  readonly #closed = new Event();
  #serving: Future<void> | undefined = undefined;

  /** @internal */
  readonly _leftover: Leftover = {
    hold: (on) => {
      if (on) this.#server.ref();
      else this.#server.unref();
      for (const writer of this.#connections) writer._hold(on);
    },
    end: () => {
      this.close();
      this.abortClients();
    },
  };

  /** @internal */
  constructor(server: NetServer, connections: ReadonlySet<StreamWriter>, handshakes: Handshakes) {
    this.#server = server;
    this.#handshakes = handshakes;
    this.#connections = connections;
    server.on('close', () => this.#closed.set());
  }

  /** The port that it listens on, `undefined` on a Unix socket or when it is closed. */
  get port(): number | undefined {
    return (this.address as AddressInfo | null)?.port;
  }

  /** What it listens on: an address and a port, or a path. */
  get address(): AddressInfo | string | null {
    return this.#server.address();
  }

  /** Whether it takes connections. */
  isServing(): boolean {
    return this.#server.listening;
  }

  /** Stops listening. Connections that are open go on; those that are to be encrypted have a second to become it. */
  close(): void {
    if (this.#server.listening) this.#server.close();
    this.#handshakes.end();
    if (this.#serving?.done() === false) this.#serving.setResult();
  }

  /** Waits until it is closed and every connection is. */
  async waitClosed(): Promise<void> {
    await this.#closed.wait();
  }

  /**
   * Serves until the task is cancelled or the server closed, and closes it then.
   *
   * @throws {InvalidStateError} If it is closed, or another task serves it.
   */
  async serveForever(): Promise<void> {
    if (this.#serving !== undefined) throw new InvalidStateError('Cannot serve for ever: it is served already');
    if (!this.isServing()) throw new InvalidStateError('Cannot serve for ever: the server is closed');
    this.#serving = new Future<void>();
    try {
      await this.#serving;
    } finally {
      this.#serving = undefined;
      this.close();
    }
  }

  /** Closes every open connection once what was written is sent. */
  closeClients(): void {
    for (const writer of this.#connections) writer.close();
  }

  /** Ends every open connection at once. */
  abortClients(): void {
    for (const writer of this.#connections) writer._abort();
    this.#handshakes.abort();
  }

  /** Closes the server and waits for its connections. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.waitClosed();
  }

  [inspect.custom](): string {
    return `Server { ${this.isServing() ? inspect(this.address) : 'closed'}, ${this.#connections.size} connections }`;
  }
}
