import { setMaxListeners } from 'node:events';
import { BrokenPipeError, EndOfStreamError, InvalidStateError, type WaitOptions } from '@weft/core';
import { checkWait } from '@weft/core/lowlevel';
import { Mailbox, type Outcome, type Received } from './mailbox.ts';
import { receiveCell } from './open-cell.ts';
import { END } from './operations/mailbox-layout.ts';
import { READER, WRITER, openEnd, sendEnd } from './operations/pipe-ends.ts';
import type { SyncOptions, Transport } from './transport.ts';

/** What an end of a pipe crosses with: the names of what it reads from and of what it writes to. */
export interface PipeState {
  readonly from: string | undefined;
  readonly to: string | undefined;
}

const lost = new FinalizationRegistry<() => void>((closeEnds) => closeEnds());

/** One end of a pipe through shared memory. */
export class PipeTransport implements Transport {
  readonly label = 'pipe';
  readonly #from: Mailbox | undefined;
  readonly #to: Mailbox | undefined;
  readonly #closing = new AbortController();
  readonly #closeEnds: () => void;

  /**
   * @param from What it reads from, if it can.
   * @param to What it writes to, if it can.
   */
  constructor(from: Mailbox | undefined, to: Mailbox | undefined) {
    this.#from = from;
    this.#to = to;
    from?.cell.run(openEnd, READER);
    to?.cell.run(openEnd, WRITER);
    setMaxListeners(0, this.#closing.signal);
    this.#closeEnds = () => {
      from?.cell.run(openEnd, -READER);
      to?.cell.run(openEnd, -WRITER);
    };
    lost.register(this, this.#closeEnds, this);
  }

  static receive({ from, to }: PipeState): PipeTransport {
    const reading = from === undefined ? undefined : new Mailbox(receiveCell(from));
    const writing = to === undefined ? undefined : new Mailbox(receiveCell(to));
    const transport = new PipeTransport(reading, writing);
    // Open here before it counts as arrived, so that nobody sees the end closed in between.
    reading?.cell.run(sendEnd, -READER);
    writing?.cell.run(sendEnd, -WRITER);
    return transport;
  }

  get readable(): boolean {
    return this.#from !== undefined;
  }

  get writable(): boolean {
    return this.#to !== undefined;
  }

  send(bytes: Uint8Array, options: WaitOptions): Promise<void> {
    return this.#out.put(bytes, this.#limits(options, this.#sending.action), this.#sending);
  }

  sendSync(bytes: Uint8Array, options: SyncOptions): void {
    this.#out.putSync(bytes, options, this.#sending);
  }

  async receive(options: WaitOptions): Promise<Buffer> {
    return bytesOf(await this.#in.get(this.#limits(options, this.#receiving.action), this.#receiving));
  }

  receiveSync(options: SyncOptions): Buffer {
    return bytesOf(this.#in.getSync(options, this.#receiving));
  }

  poll(options: WaitOptions): Promise<boolean> {
    return this.#in.poll(this.#limits(options, this.#polling.action), this.#polling);
  }

  pollSync(options: SyncOptions): boolean {
    return this.#in.pollSync(options, this.#polling);
  }

  close(): void {
    lost.unregister(this);
    this.#closeEnds();
    this.#closing.abort(new InvalidStateError('Cannot use a connection that is closed'));
  }

  toWire(): PipeState {
    this.#from?.cell.run(sendEnd, READER);
    this.#to?.cell.run(sendEnd, WRITER);
    return { from: this.#from?.cell.send(), to: this.#to?.cell.send() };
  }

  get #in(): Mailbox {
    if (this.#from === undefined) throw new InvalidStateError('Cannot receive: this end of the pipe is for sending');
    return this.#from;
  }

  get #out(): Mailbox {
    if (this.#to === undefined) throw new InvalidStateError('Cannot send: this end of the pipe is for receiving');
    return this.#to;
  }

  #limits(options: WaitOptions, action: string): WaitOptions {
    checkWait(options, action);
    const { timeout, signal } = options;
    return { timeout, signal: signal ? AbortSignal.any([signal, this.#closing.signal]) : this.#closing.signal };
  }

  readonly #sending: Outcome<void> = {
    subject: this,
    action: 'send',
    finish: (state) => {
      if (state === END) throw new BrokenPipeError();
    },
  };

  readonly #receiving: Outcome<Received> = {
    subject: this,
    action: 'receive',
    finish: (state) => {
      if (state === END) throw new EndOfStreamError();
      return { state };
    },
  };

  readonly #polling: Outcome<boolean> = {
    subject: this,
    action: 'wait for a message',
    finish: () => true,
    expire: () => false,
  };
}

function bytesOf(received: Received): Buffer {
  if ('bytes' in received) return received.bytes;
  throw new EndOfStreamError();
}
