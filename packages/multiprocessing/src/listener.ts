import { once } from 'node:events';
import { type AddressInfo, type Server, type Socket, createServer } from 'node:net';
import { inspect } from 'node:util';
import { InvalidStateError, type WaitOptions } from '@weft/core';
import { Deque, type Waiter, checkCount, checkOptions, checkWait, interruptible } from '@weft/core/lowlevel';
import { Connection } from './connection.ts';
import { type Address, addressOptions, keyBytes } from './internal/address.ts';
import { authenticate } from './internal/authentication.ts';
import { type OwnSocket, newSocket } from './internal/own-socket.ts';
import { SocketTransport } from './internal/socket-transport.ts';

const ACCEPT = 'accept a connection';

/**
 * Waits for connections from other processes, at an address.
 *
 * With a key, both sides prove that they know it before anything else is read.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.connection.Listener
 * @example
 * await using listener = new Listener(['127.0.0.1', 0], { authkey: 'secret' });
 * const address = await listener.ready();
 * const accepted = listener.accept();
 * using client = await connect(address, { authkey: 'secret' });
 * using connection = await accepted;
 */
export class Listener implements Disposable, AsyncDisposable {
  readonly #server: Server;
  readonly #key: Uint8Array | undefined;
  readonly #requested: Address;
  readonly #arrived = new Deque<Socket>();
  readonly #waiting = new Set<Waiter<Socket>>();
  readonly #listening: Promise<unknown>;
  #refuse: ((error: Error) => void) | undefined;
  #lastAccepted: string | undefined;
  #own: OwnSocket | undefined;
  #closed = false;

  /**
   * @param address A path for a Unix socket, or `[host, port]` for TCP; a new Unix socket if left out.
   * @param options With `authkey`, those who connect must know it. Without one anybody may. `backlog` says how many may
   *   wait to be let in by the system.
   * @throws {TypeError} If the address or an option is none.
   * @throws {RangeError} If `backlog` is below 1.
   */
  constructor(
    address?: Address,
    options: { authkey?: Uint8Array | string | undefined; backlog?: number | undefined } = {},
  ) {
    checkOptions('listen', options);
    const backlog = options.backlog === undefined ? {} : { backlog: checkCount('backlog', options.backlog) };
    this.#key = keyBytes(options.authkey);
    if (address === undefined) this.#own = newSocket();
    this.#requested = address ?? (this.#own as OwnSocket).path;
    this.#server = createServer({ pauseOnConnect: true }, (socket) => this.#arrive(socket));
    const closing = new Promise<never>((_resolve, reject) => {
      this.#refuse = reject;
    });
    this.#listening = Promise.race([once(this.#server, 'listening'), closing]);
    this.#listening.catch(() => {});
    // Its address may be looked up still when it is closed, and it cannot be before it listens.
    this.#server.once('listening', () => this.#closed && this.#server.close());
    this.#server.listen({ ...addressOptions(this.#requested), ...backlog });
    this.#server.unref();
  }

  /** Where it listens. A port of 0 becomes the real one once {@link ready} is done. */
  get address(): Address {
    const real = this.#server.address() as AddressInfo | string | null;
    return real !== null && typeof real === 'object' ? [real.address, real.port] : this.#requested;
  }

  /** Who connected last. */
  get lastAccepted(): string | undefined {
    return this.#lastAccepted;
  }

  /**
   * Waits until it listens.
   *
   * @throws {InvalidStateError} If it is closed before.
   * @throws {Error} If it cannot listen at its address.
   */
  async ready(): Promise<Address> {
    await this.#listening;
    return this.address;
  }

  /**
   * Waits for a connection, and until the other side has proved that it knows the key.
   *
   * If `signal` aborts or time runs out, who has connected but not proved it yet is turned away.
   *
   * @throws {AuthenticationError} If it does not, or takes longer than 10 s.
   */
  async accept(options: WaitOptions = {}): Promise<Connection> {
    checkWait(options, ACCEPT);
    this.#checkOpen();
    const began = performance.now();
    await this.#listening;
    const socket = await this.#next(options);
    this.#lastAccepted = socket.remoteAddress;
    const transport = new SocketTransport(socket);
    socket.resume();
    if (this.#key !== undefined)
      await authenticate(transport, this.#key, { ...options, began, action: ACCEPT, first: true });
    return new Connection(transport);
  }

  /** Stops listening. Connections that were accepted stay. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    // This removes the file of its socket, if it has one: at its address may be that of somebody else.
    this.#server.close();
    this.#refuse?.(new InvalidStateError('Cannot listen: the listener was closed'));
    this.#own?.remove();
    for (const socket of this.#arrived) socket.destroy();
    for (const waiter of this.#waiting) waiter.reject(new InvalidStateError('Cannot accept: the listener was closed'));
    this.#waiting.clear();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
  }

  [inspect.custom](): string {
    return `Listener { ${this.#closed ? 'closed' : inspect(this.address)} }`;
  }

  #arrive(socket: Socket): void {
    for (const waiter of this.#waiting) {
      this.#waiting.delete(waiter);
      waiter.resolve(socket);
      return;
    }
    socket.on('error', () => {});
    socket.unref();
    this.#arrived.pushBack(socket);
  }

  async #next(options: WaitOptions): Promise<Socket> {
    this.#checkOpen();
    const arrived = this.#arrived.popFront();
    if (arrived !== undefined) return arrived;
    this.#server.ref();
    try {
      return await interruptible<Socket>(options, {
        action: ACCEPT,
        begin: (waiter) => {
          this.#waiting.add(waiter);
          return () => this.#waiting.delete(waiter);
        },
      });
    } finally {
      if (this.#waiting.size === 0) this.#server.unref();
    }
  }

  #checkOpen(): void {
    if (this.#closed) throw new InvalidStateError('Cannot accept: the listener was closed');
  }
}
