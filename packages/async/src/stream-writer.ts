import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { inspect } from 'node:util';

import { BrokenPipeError, InvalidStateError } from '@weft/core';

import { taskStore } from './internal/task-store.ts';
import { WaitList } from './internal/wait-list.ts';
import { park } from './internal/waiter.ts';

const done: Promise<void> = Promise.resolve();

/**
 * Writes bytes to a connection or to a program's input.
 *
 * @see https://docs.python.org/3/library/asyncio-stream.html#asyncio.StreamWriter
 * @example
 * const [reader, writer] = await openConnection('localhost', port);
 * writer.write('hello\n');
 * await writer.drain();
 * writer.close();
 */
export class StreamWriter implements AsyncDisposable {
  readonly #stream: Writable;
  readonly #drainers = new WaitList('to drain a stream');
  readonly #closers = new WaitList('for a stream to be closed');
  #error: Error | undefined = undefined;
  #closing = false;
  #closed = false;

  /** @internal */
  constructor(stream: Writable) {
    this.#stream = stream;
  }

  /**
   * Writes bytes, or a text as UTF-8. What cannot be sent at once is kept: `await drain()` holds you back then.
   *
   * @throws {InvalidStateError} After {@link writeEof}; the connection stays as it is.
   */
  write(data: Uint8Array | string): void {
    if (this.#closing || this.#closed) return;
    if (this.#stream.writableEnded) throw new InvalidStateError('Cannot write: the end was written before');
    this.#stream.write(data);
  }

  /** Writes several pieces. */
  writelines(data: Iterable<Uint8Array | string>): void {
    this.#stream.cork();
    try {
      for (const piece of data) this.write(piece);
    } finally {
      this.#stream.uncork();
    }
  }

  /**
   * Waits until there is room for more.
   *
   * @throws {BrokenPipeError} If the connection is lost, or what it was lost by.
   */
  drain(): Promise<void> {
    if (this.#closed) return Promise.reject(this.#lost());
    if (!this.#stream.writableNeedDrain) return done;
    return park(taskStore.getStore(), this.#drainers, undefined, undefined);
  }

  /** Ends the stream once everything is sent. */
  close(): void {
    if (this.#closing) return;
    this.#closing = true;
    const socket = this.#stream as Partial<Socket>;
    if (typeof socket.destroySoon === 'function') socket.destroySoon();
    else this.#stream.end(() => this.#stream.destroy());
  }

  /** Whether it is closed or about to be. */
  isClosing(): boolean {
    return this.#closing || this.#closed;
  }

  /**
   * Waits until the stream is closed.
   *
   * @throws What the connection was lost by.
   */
  waitClosed(): Promise<void> {
    if (!this.#closed) return park(taskStore.getStore(), this.#closers, undefined, undefined);
    return this.#error === undefined ? done : Promise.reject(this.#error);
  }

  /** Whether {@link writeEof} is possible. */
  canWriteEof(): boolean {
    return !('encrypted' in this.#stream);
  }

  /** Ends this direction of the connection, once everything is sent; the other one stays open. */
  writeEof(): void {
    this.#stream.end();
  }

  /**
   * What is known about the connection. Addresses have to be asked for while it is open.
   *
   * @param name `peername` or `sockname`, each `[address, port]`; `socket`, the socket of Node; `peercert`.
   * @returns `fallback` if it is not known.
   */
  getExtraInfo(name: string, fallback?: unknown): unknown {
    const socket = this.#stream as Partial<Socket> & { getPeerCertificate?(): unknown };
    if (name === 'socket') return socket;
    if (name === 'peername' && socket.remoteAddress !== undefined) return [socket.remoteAddress, socket.remotePort];
    if (name === 'sockname' && socket.localAddress !== undefined) return [socket.localAddress, socket.localPort];
    if (name === 'peercert' && socket.getPeerCertificate) return socket.getPeerCertificate();
    return fallback;
  }

  /** Closes the stream and waits until it is closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.close();
    await this.waitClosed();
  }

  [inspect.custom](): string {
    const state = this.#closed ? 'closed' : this.#closing ? 'closing' : 'open';
    return `StreamWriter { ${state}, ${this.#stream.writableLength} bytes to send }`;
  }

  /** @internal Ends the connection at once. */
  _abort(): void {
    this.#closing = true;
    this.#stream.destroy();
  }

  /** @internal Says whether an open connection keeps the process alive. */
  _hold(on: boolean): void {
    const socket = this.#stream as Partial<Socket>;
    if (on) socket.ref?.();
    else socket.unref?.();
  }

  /** @internal */
  _drained(): void {
    this.#drainers.resolveAll(undefined);
  }

  /** @internal */
  _fail(error: Error): void {
    this.#error ??= error;
  }

  /** @internal */
  _end(): void {
    this.#closed = true;
    // It was this side that closed, and everything is sent.
    if (this.#error === undefined && this.#stream.writableFinished) this.#drainers.resolveAll(undefined);
    else this.#drainers.rejectAll(() => this.#lost());
    if (this.#error === undefined) this.#closers.resolveAll(undefined);
    else this.#closers.rejectAll(() => this.#error);
  }

  #lost(): Error {
    return this.#error ?? new BrokenPipeError();
  }
}
