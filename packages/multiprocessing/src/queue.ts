import { inspect } from 'node:util';
import { QueueShutDownError, fromWire, task } from '@weft/core';
import { checkOptions } from '@weft/core/lowlevel';
import { Mailbox } from './internal/mailbox.ts';
import { MessageQueue } from './internal/message-queue.ts';
import { receiveCell } from './internal/open-cell.ts';
import { AT_COUNT, AT_MAX, AT_PLACES_PROMISED, AT_SHUT, AT_UNFINISHED } from './internal/operations/mailbox-layout.ts';
import { resize, shutDown } from './internal/operations/mailbox.ts';
import { reap } from './internal/operations/waits.ts';

const MAX_SIZE = 2 ** 31 - 1;

/**
 * A queue that processes share: first in, first out, each item taken once.
 *
 * Items lie in shared memory. A process may end right after it put some, and one that dies takes along only what it
 * had taken.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Queue
 * @example
 * const queue = new Queue<number>();
 * await queue.put(1);
 * const one = await queue.get();
 */
export class Queue<T = unknown> extends MessageQueue<T> {
  static {
    task(import.meta, this);
  }

  /** @param maxsize How many items it holds; 0 or less for any number. */
  constructor(maxsize: number | Mailbox = 0) {
    super(maxsize instanceof Mailbox ? maxsize : Mailbox.create(checkSize(maxsize)));
  }

  /** How many items it holds, 0 for any number. Assigning it takes no item away. */
  get maxsize(): number {
    return this.mailbox.cell.load(AT_MAX);
  }

  set maxsize(size: number) {
    this.mailbox.cell.run(resize, checkSize(size));
  }

  /** Whether there is no room. */
  full(): boolean {
    const { cell } = this.mailbox;
    if (cell.load(AT_PLACES_PROMISED) > 0) cell.run(reap);
    return this.maxsize > 0 && cell.load(AT_COUNT) + cell.load(AT_PLACES_PROMISED) >= this.maxsize;
  }

  /**
   * Ends the putting, and with the last item the getting: those who wait, and who come, get a `QueueShutDownError`.
   *
   * @param options With `immediate`, what is in the queue is dropped.
   */
  shutdown(options: { immediate?: boolean } = {}): void {
    checkOptions('shut the queue down', options);
    this.mailbox.cell.run(shutDown, Number(options.immediate ?? false));
  }

  /** Whether {@link shutdown} was called anywhere. */
  get isShutdown(): boolean {
    return this.mailbox.cell.load(AT_SHUT) === 1;
  }

  /** Does nothing, and answers at once: items are out when `put` is done. */
  joinThread(): Promise<void> {
    return Promise.resolve();
  }

  /** Does nothing: a process that put items never waits for anybody to take them. */
  cancelJoinThread(): void {}

  /** Takes items until the queue is shut down and empty. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void> {
    for (;;) {
      try {
        yield await this.get();
      } catch (error) {
        if (error instanceof QueueShutDownError) return;
        throw error;
      }
    }
  }

  /** How many items were put and not reported as done. */
  protected get unfinished(): number {
    return this.mailbox.cell.load(AT_UNFINISHED);
  }

  [inspect.custom](): string {
    const size = this.closed ? 'closed' : `${this.qsize()} items`;
    return `${this.constructor.name} { ${size}${this.maxsize > 0 ? ` of ${this.maxsize}` : ''}${this.isShutdown ? ', shut down' : ''} }`;
  }

  static [fromWire](name: string): Queue {
    return new this(new Mailbox(receiveCell(name)));
  }
}

function checkSize(size: number): number {
  if (typeof size !== 'number')
    throw new TypeError(`Cannot make a queue of ${String(size)} items: it must be a number`);
  if (Number.isNaN(size)) throw new RangeError('Cannot make a queue of NaN items');
  return Math.max(0, Math.min(Math.floor(size), MAX_SIZE));
}
