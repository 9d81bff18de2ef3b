import type { Socket } from 'node:net';
import { BrokenPipeError, TimeoutError, type WaitOptions } from '@weft/core';
import { interruptible } from '@weft/core/lowlevel';
import { frameHead } from './frame-reader.ts';

interface Waiting {
  begin(this: void): void;
  reject(this: void, error: unknown): void;
}

/** Sends messages through a socket in order, each as a whole. */
export class SocketSender {
  readonly #socket: Socket;
  /** Those that wait until what is before them is sent. */
  readonly #line = new Set<Waiting>();

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('drain', () => this.#serve());
  }

  /**
   * Sends a message. One that was begun goes on to be sent as a whole, and counts as sent when the wait is ended: half
   * of it cannot be taken back.
   *
   * @param hold Keeps the process alive until the message is sent, or given up: then it is called back.
   */
  async send(bytes: Uint8Array, options: WaitOptions, hold: () => () => void): Promise<void> {
    if (this.#line.size === 0 && options.timeout === undefined && options.signal === undefined)
      return this.#write(bytes, hold);
    const { timeout } = options;
    const mustWait = this.#line.size > 0 || this.#socket.writableNeedDrain;
    if (mustWait && timeout === 0) throw new TimeoutError('send', 0);
    // Its owner may change it as soon as it counts as sent.
    const own = Buffer.from(bytes);
    return interruptible<void>(options, {
      action: 'send',
      begin: (waiter) => {
        const letGo = hold();
        let begun = false;
        const waiting: Waiting = {
          begin: () => {
            begun = true;
            this.#write(own, () => letGo).then(waiter.resolve, waiter.reject);
          },
          reject: (error) => {
            letGo();
            waiter.reject(error);
          },
        };
        if (mustWait) this.#line.add(waiting);
        else waiting.begin();
        return () => {
          if (begun) {
            waiter.resolve();
            return false;
          }
          this.#line.delete(waiting);
          letGo();
          return true;
        };
      },
    });
  }

  /** Fails those that wait: nothing can be sent any more. */
  fail(): void {
    for (const waiting of this.#line) waiting.reject(new BrokenPipeError());
    this.#line.clear();
  }

  async #write(bytes: Uint8Array, hold: () => () => void): Promise<void> {
    const socket = this.#socket;
    const letGo = hold();
    try {
      await new Promise<void>((resolve, reject) => {
        socket.cork();
        socket.write(frameHead(bytes.length));
        socket.write(bytes, (cause) => (cause ? reject(new BrokenPipeError(undefined, { cause })) : resolve()));
        socket.uncork();
      });
    } finally {
      letGo();
    }
  }

  #serve(): void {
    for (const waiting of this.#line) {
      if (this.#socket.writableNeedDrain) return;
      this.#line.delete(waiting);
      waiting.begin();
    }
  }
}
