import type { Socket } from 'node:net';
import {
  BrokenPipeError,
  EndOfStreamError,
  InvalidStateError,
  TimeoutError,
  TransferError,
  type WaitOptions,
} from '@weft/core';
import { Deque, type Waiter, checkWait, interruptible } from '@weft/core/lowlevel';
import { FrameReader } from './frame-reader.ts';
import { SocketSender } from './socket-sender.ts';
import type { Transport } from './transport.ts';

/** So many bytes of messages that nobody has taken yet stop the reading. */
const MAX_BUFFERED = 1024 * 1024;
/** The same, of somebody who has not proved to know the key. */
const MAX_UNKNOWN_BUFFERED = 64 * 1024;

interface Receiver extends Waiter<Buffer | true> {
  /** Whether it takes the message, or only wants to know of it. */
  readonly takes: boolean;
}

/** One end of a connection through a socket. */
export class SocketTransport implements Transport {
  readonly readable = true;
  readonly writable = true;
  readonly label = 'socket';
  readonly #socket: Socket;
  readonly #sender: SocketSender;
  readonly #reader = new FrameReader();
  readonly #messages = new Deque<Buffer>();
  readonly #receivers = new Set<Receiver>();
  #buffered = 0;
  #pending = 0;
  #end: Error | undefined;
  #closed = false;

  constructor(socket: Socket) {
    this.#socket = socket;
    this.#sender = new SocketSender(socket);
    socket.setNoDelay(true);
    socket.unref();
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('error', (cause) => this.#finish(new EndOfStreamError(undefined, { cause })));
    socket.on('end', () => this.#finish(new EndOfStreamError()));
    socket.on('close', () => this.#finish(new EndOfStreamError()));
  }

  /** The longest message that is accepted. While there is such a limit, one message is read at a time. */
  set maxLength(length: number) {
    this.#reader.maxLength = length;
    this.#cut();
    this.#serve();
    if (length === Infinity) this.#resume();
  }

  async send(bytes: Uint8Array, options: WaitOptions): Promise<void> {
    checkWait(options, 'send');
    options.signal?.throwIfAborted();
    if (this.#end !== undefined || !this.#socket.writable) throw new BrokenPipeError();
    await this.#sender.send(bytes, options, this.#holding);
  }

  receive(options: WaitOptions): Promise<Buffer> {
    return this.#wait(options, true) as Promise<Buffer>;
  }

  async poll(options: WaitOptions): Promise<boolean> {
    const timeout = checkWait(options, 'wait for a message');
    if (this.#messages.size > 0 || this.#end !== undefined) return true;
    if (timeout === 0) {
      // What the kernel has already is read by the next turn of the loop.
      await new Promise<void>((resolve) => {
        setImmediate(() => setImmediate(resolve));
      });
      return this.#messages.size > 0 || this.#end !== undefined;
    }
    try {
      await this.#wait(options, false);
      return true;
    } catch (error) {
      if (error instanceof TimeoutError) return false;
      throw error;
    }
  }

  sendSync(): never {
    throw new InvalidStateError('Cannot block on a socket: await send() instead');
  }

  receiveSync(): never {
    throw new InvalidStateError('Cannot block on a socket: await recv() instead');
  }

  pollSync(): boolean {
    return this.#messages.size > 0 || this.#end !== undefined;
  }

  close(): void {
    this.#closed = true;
    this.#finish(new InvalidStateError('Cannot use a connection that is closed'));
    this.#socket.end();
    // What is left to send goes out; the other side need not answer.
    this.#socket.destroySoon();
  }

  toWire(): never {
    throw new TransferError(
      'Cannot send a connection through a socket to another process: send the address and connect there',
    );
  }

  #wait(options: WaitOptions, takes: boolean): Promise<Buffer | true> {
    const timeout = checkWait(options, 'receive');
    if (options.signal?.aborted) return Promise.reject(options.signal.reason as Error);
    const message = takes && this.#receivers.size === 0 ? this.#next() : undefined;
    if (message !== undefined) return Promise.resolve(message);
    if (this.#end !== undefined && this.#messages.size === 0) return Promise.reject(this.#end);
    if (timeout === 0) return Promise.reject(new TimeoutError('receive', 0));
    return interruptible<Buffer | true>(options, {
      action: 'receive',
      begin: (waiter) => {
        this.#hold();
        const receiver: Receiver = {
          takes,
          resolve: (value) => {
            this.#release();
            waiter.resolve(value);
          },
          reject: (error) => {
            this.#release();
            waiter.reject(error);
          },
        };
        this.#receivers.add(receiver);
        return () => {
          this.#receivers.delete(receiver);
          this.#release();
          return true;
        };
      },
    });
  }

  #onData(chunk: Buffer): void {
    this.#reader.push(chunk);
    this.#cut();
    const limited = this.#reader.maxLength !== Infinity;
    if (this.#buffered > MAX_BUFFERED || (limited && this.#reader.size > MAX_UNKNOWN_BUFFERED)) this.#socket.pause();
    this.#serve();
  }

  /** Cuts what came into messages: after the first one, what follows may be judged by another limit. */
  #cut(): void {
    try {
      while (this.#messages.size === 0 || this.#reader.maxLength === Infinity) {
        const message = this.#reader.next();
        if (message === undefined) return;
        this.#messages.pushBack(message);
        this.#buffered += message.length;
      }
    } catch (error) {
      this.#finish(error as Error);
      this.#socket.destroy();
    }
  }

  #serve(): void {
    for (const receiver of this.#receivers) {
      if (this.#messages.size === 0) return;
      this.#receivers.delete(receiver);
      if (receiver.takes) receiver.resolve(this.#next() as Buffer);
      else receiver.resolve(true);
    }
  }

  #next(): Buffer | undefined {
    const message = this.#messages.popFront();
    if (message === undefined) return undefined;
    this.#buffered -= message.length;
    if (this.#messages.size === 0) this.#cut();
    if (this.#buffered <= MAX_BUFFERED && this.#reader.maxLength === Infinity) this.#resume();
    return message;
  }

  #resume(): void {
    if (this.#socket.isPaused() && !this.#closed) this.#socket.resume();
  }

  #finish(error: Error): void {
    this.#end ??= error;
    this.#sender.fail();
    for (const receiver of this.#receivers) {
      this.#receivers.delete(receiver);
      if (receiver.takes || this.#closed) receiver.reject(this.#end);
      else receiver.resolve(true);
    }
  }

  /** The socket keeps the process alive while somebody waits for it, and not otherwise. */
  #hold(): void {
    this.#pending += 1;
    if (this.#pending === 1) this.#socket.ref();
  }

  readonly #holding = (): (() => void) => {
    this.#hold();
    return this.#letGo;
  };

  readonly #letGo = (): void => this.#release();

  #release(): void {
    this.#pending -= 1;
    if (this.#pending === 0) this.#socket.unref();
  }
}
