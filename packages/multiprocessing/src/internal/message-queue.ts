import {
  InvalidStateError,
  type Medium,
  QueueEmptyError,
  QueueFullError,
  QueueShutDownError,
  type WaitOptions,
  toWire,
} from '@weft/core';
import { type WaitMessage, queueEvents } from './diagnostics.ts';
import { Mailbox, type Outcome, type Received } from './mailbox.ts';
import { AT_COUNT, AT_PROMISED, DONE, SHUT_DOWN } from './operations/mailbox-layout.ts';
import { reap } from './operations/waits.ts';
import { decode, decodeSync, encode } from './value-codec.ts';

/** What the queues have in common. */
export class MessageQueue<T> {
  /** The messages; subclasses add operations of their own. */
  protected readonly mailbox: Mailbox;
  #closed = false;

  /** @param mailbox Its messages, in shared memory. */
  constructor(mailbox: Mailbox) {
    this.mailbox = mailbox;
  }

  /**
   * Adds an item, once there is room for it.
   *
   * The item is written at once: what happens to it afterwards does not change what arrives. It stays in the queue
   * when this process ends. If `signal` aborts, nothing was put.
   *
   * @throws {TransferError} If the item cannot cross.
   * @throws {QueueFullError} If there was no room in time.
   */
  async put(item: T, options: WaitOptions = {}): Promise<void> {
    const bytes = this.#encode(item);
    await this.mailbox.put(bytes, options, this.#putting);
    this.#publish('put');
  }

  /** The same, blocking the thread. */
  putSync(item: T, options: { timeout?: number | undefined } = {}): void {
    this.mailbox.putSync(this.#encode(item), options, this.#putting);
    this.#publish('put');
  }

  /**
   * Adds an item without waiting.
   *
   * @throws {QueueFullError} If there is no room.
   */
  putNowait(item: T): void {
    const state = this.mailbox.tryPut(this.#encode(item));
    if (state < 0) throw new QueueFullError();
    checkState(state);
    this.#publish('put');
  }

  /**
   * Takes the oldest item, once there is one. Those who wait are served in arrival order.
   *
   * If `signal` aborts or time runs out, no item was taken.
   *
   * @throws {QueueEmptyError} If there was none in time.
   */
  async get(options: WaitOptions = {}): Promise<T> {
    this.#checkOpen();
    const { bytes } = taken(await this.mailbox.get(options, this.#getting));
    this.#publish('get');
    return decode(bytes) as T;
  }

  /** The same, blocking the thread. */
  getSync(options: { timeout?: number | undefined } = {}): T {
    this.#checkOpen();
    const { bytes } = taken(this.mailbox.getSync(options, this.#getting));
    this.#publish('get');
    return decodeSync(bytes) as T;
  }

  /**
   * Takes the oldest item without waiting.
   *
   * @throws {QueueEmptyError} If there is none.
   */
  getNowait(): T {
    this.#checkOpen();
    const { bytes } = taken(this.mailbox.tryGet());
    this.#publish('get');
    return decodeSync(bytes) as T;
  }

  /** How many items are there that nobody was promised. */
  qsize(): number {
    this.#checkOpen();
    const { cell } = this.mailbox;
    if (cell.load(AT_PROMISED) > 0) cell.run(reap);
    return cell.load(AT_COUNT) - cell.load(AT_PROMISED);
  }

  /** Whether there is none. */
  empty(): boolean {
    return this.qsize() <= 0;
  }

  /** Ends the use of the queue by this object; items that were put stay in it. */
  close(): void {
    this.#closed = true;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.#closed;
  }

  [toWire](_medium: Medium): unknown {
    return this.mailbox.cell.send();
  }

  #encode(item: T): Buffer {
    this.#checkOpen();
    return encode(item, 'item');
  }

  #checkOpen(): void {
    if (this.#closed) throw new InvalidStateError('Cannot use a queue that was closed here');
  }

  #publish(event: WaitMessage['event']): void {
    if (!queueEvents.hasSubscribers) return;
    queueEvents.publish({ event, subject: this, id: this.mailbox.cell.name } satisfies WaitMessage);
  }

  readonly #putting: Outcome<void> = {
    subject: this,
    action: 'put an item',
    finish: checkState,
    expire: () => {
      throw new QueueFullError();
    },
  };

  readonly #getting: Outcome<Received> = {
    subject: this,
    action: 'get an item',
    finish: (state) => {
      checkState(state);
      return { state };
    },
    expire: () => {
      throw new QueueEmptyError();
    },
  };
}

function checkState(state: number): void {
  if (state === SHUT_DOWN) throw new QueueShutDownError();
}

function taken(received: Received): { readonly bytes: Buffer } {
  if ('bytes' in received) return received;
  if (received.state !== DONE) checkState(received.state);
  throw new QueueEmptyError();
}
