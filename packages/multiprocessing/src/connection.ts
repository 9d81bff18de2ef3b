import { inspect } from 'node:util';
import { EndOfStreamError, InvalidStateError, type Medium, type WaitOptions, fromWire, task, toWire } from '@weft/core';
import { checkOptions } from '@weft/core/lowlevel';
import { BufferTooShortError } from './buffer-too-short-error.ts';
import { type PipeState, PipeTransport } from './internal/pipe-transport.ts';
import type { SyncOptions, Transport } from './internal/transport.ts';
import { decode, decodeSync, encode } from './internal/value-codec.ts';
import { type Waitable, isReady, whenReady } from './internal/waitable.ts';

/**
 * One end of a way for messages between processes: of a pipe, or of a connection to a listener.
 *
 * Messages keep their boundaries. An end of a pipe may be sent to another process; both may use it then.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.connection.Connection
 * @example
 * const [here, there] = Pipe();
 * await here.send({ hello: 'world' });
 * const message = await there.recv();
 */
export class Connection implements Waitable, Disposable {
  static {
    task(import.meta, this);
  }
  readonly #transport: Transport;
  #closed = false;

  /** @param transport What carries the messages. Use `Pipe`, `connect` or a `Listener` to get a connection. */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Whether it was closed here. */
  get closed(): boolean {
    return this.#closed;
  }

  /** Whether this end can receive. */
  get readable(): boolean {
    return this.#transport.readable;
  }

  /** Whether this end can send. */
  get writable(): boolean {
    return this.#transport.writable;
  }

  /**
   * Sends a value. Waits while too much is on its way that nobody has received.
   *
   * If `signal` aborts or time runs out, nothing was sent; a message that is half in a socket by then counts as sent,
   * and follows as a whole.
   *
   * @throws {TransferError} If the value cannot cross.
   * @throws {BrokenPipeError} If the other end is closed everywhere.
   */
  async send(value: unknown, options: WaitOptions = {}): Promise<void> {
    return this.#open().send(encode(value, 'message'), options);
  }

  /** The same, blocking the thread. */
  sendSync(value: unknown, options: SyncOptions = {}): void {
    this.#open().sendSync(encode(value, 'message'), options);
  }

  /**
   * Receives a value, once there is one.
   *
   * @throws {EndOfStreamError} If nothing is left and the other end is closed everywhere.
   */
  async recv(options: WaitOptions = {}): Promise<unknown> {
    return decode(await this.#open().receive(options));
  }

  /** The same, blocking the thread. */
  recvSync(options: SyncOptions = {}): unknown {
    return decodeSync(this.#open().receiveSync(options));
  }

  /** Sends bytes, as one message. */
  async sendBytes(bytes: Uint8Array, options: WaitOptions & { offset?: number; size?: number } = {}): Promise<void> {
    return this.#open().send(partOf(bytes, options), options);
  }

  /** The same, blocking the thread. */
  sendBytesSync(bytes: Uint8Array, options: SyncOptions & { offset?: number; size?: number } = {}): void {
    this.#open().sendSync(partOf(bytes, options), options);
  }

  /**
   * Receives one message as bytes.
   *
   * @param maxLength The longest that is accepted; any if left out.
   * @throws {RangeError} If the message is longer: it is lost, and the connection is closed here.
   */
  async recvBytes(maxLength?: number, options: WaitOptions = {}): Promise<Buffer> {
    checkMaxLength(maxLength);
    return this.#accept(await this.#open().receive(options), maxLength);
  }

  /** The same, blocking the thread. */
  recvBytesSync(maxLength?: number, options: SyncOptions = {}): Buffer {
    checkMaxLength(maxLength);
    return this.#accept(this.#open().receiveSync(options), maxLength);
  }

  /**
   * Receives one message into a buffer.
   *
   * @param offset Where in the buffer it begins.
   * @returns How many bytes it had.
   * @throws {BufferTooShortError} If it does not fit; the error has it.
   */
  async recvBytesInto(buffer: Uint8Array, offset = 0, options: WaitOptions = {}): Promise<number> {
    checkOffset(buffer, offset);
    return fill(buffer, offset, await this.#open().receive(options));
  }

  /** The same, blocking the thread. */
  recvBytesIntoSync(buffer: Uint8Array, offset = 0, options: SyncOptions = {}): number {
    checkOffset(buffer, offset);
    return fill(buffer, offset, this.#open().receiveSync(options));
  }

  /**
   * Waits until there is something to receive, or the end.
   *
   * @param options How long; one look if left out.
   * @returns Whether there is. Nothing is taken.
   */
  async poll(options: WaitOptions = { timeout: 0 }): Promise<boolean> {
    return this.#open().poll(options);
  }

  /** The same, blocking the thread. */
  pollSync(options: SyncOptions = { timeout: 0 }): boolean {
    return this.#open().pollSync(options);
  }

  /** Closes this end here. When it is closed everywhere, the other end learns so. Closing it again does nothing. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#transport.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Receives values until the end. */
  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void> {
    for (;;) {
      try {
        yield await this.recv();
      } catch (error) {
        if (error instanceof EndOfStreamError) return;
        throw error;
      }
    }
  }

  [isReady](): boolean {
    return this.#open().pollSync({ timeout: 0 });
  }

  [whenReady](callback: () => void): () => void {
    const left = new AbortController();
    void this.#tell(callback, left.signal);
    return () => left.abort();
  }

  [inspect.custom](): string {
    const ways = [this.readable && 'readable', this.writable && 'writable'].filter(Boolean).join(', ');
    return `Connection { ${this.#transport.label}, ${this.#closed ? 'closed' : ways} }`;
  }

  [toWire](_medium: Medium): unknown {
    return this.#open().toWire();
  }

  static [fromWire](state: PipeState): Connection {
    return new Connection(PipeTransport.receive(state));
  }

  // More than once: somebody else may take what came before it is looked at.
  async #tell(callback: () => void, signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        await this.#transport.poll({ signal });
        callback();
      }
    } catch {
      callback();
    }
  }

  #open(): Transport {
    if (this.#closed) throw new InvalidStateError('Cannot use a connection that is closed');
    return this.#transport;
  }

  #accept(message: Buffer, maxLength: number | undefined): Buffer {
    if (maxLength === undefined || message.length <= maxLength) return message;
    this.close();
    throw new RangeError(`Cannot receive a message of ${message.length} bytes: at most ${maxLength} are accepted`);
  }
}

function partOf(bytes: Uint8Array, options: { offset?: number; size?: number }): Uint8Array {
  checkOptions('send', options);
  const { offset = 0, size } = options;
  if (!(bytes instanceof Uint8Array))
    throw new TypeError(`Cannot send ${typeof bytes} as bytes: it must be a Uint8Array`);
  const count = size ?? bytes.byteLength - offset;
  if (!isCount(offset) || !isCount(count) || offset + count > bytes.byteLength)
    throw new RangeError(`Cannot send ${count} bytes from ${offset} on: there are ${bytes.byteLength}`);
  return bytes.subarray(offset, offset + count);
}

function isCount(value: number): boolean {
  return Number.isInteger(value) && value >= 0;
}

function checkMaxLength(maxLength: number | undefined): void {
  if (maxLength === undefined) return;
  if (typeof maxLength !== 'number')
    throw new TypeError(`Cannot accept at most ${inspect(maxLength, { depth: 0 })} bytes: it must be a number`);
  if (!(maxLength >= 0)) throw new RangeError(`Cannot accept at most ${maxLength} bytes: it must be 0 or more`);
}

function checkOffset(buffer: Uint8Array, offset: number): void {
  if (!(buffer instanceof Uint8Array))
    throw new TypeError(`Cannot receive into ${typeof buffer}: it must be a Uint8Array`);
  if (!isCount(offset) || offset > buffer.byteLength)
    throw new RangeError(`Cannot receive at offset ${offset} of a buffer of ${buffer.byteLength} bytes`);
}

function fill(buffer: Uint8Array, offset: number, message: Buffer): number {
  const room = buffer.byteLength - offset;
  if (message.length > room) throw new BufferTooShortError(message, room);
  buffer.set(message, offset);
  return message.length;
}
