import { inspect } from 'node:util';
import { fromWire, task } from '@weft/core';
import { checkOwn } from './internal/check-own.ts';
import { Mailbox } from './internal/mailbox.ts';
import { MessageQueue } from './internal/message-queue.ts';
import { receiveCell } from './internal/open-cell.ts';

/**
 * A queue of any number of items that processes share: no more than putting and getting.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.SimpleQueue
 * @example
 * const queue = new SimpleQueue<string>();
 * await queue.put('hello');
 */
export class SimpleQueue<T = unknown> extends MessageQueue<T> {
  static {
    task(import.meta, this);
  }

  /** @param mailbox Left out but by {@link fromWire}. */
  constructor(mailbox: Mailbox = Mailbox.create(0)) {
    checkOwn('a simple queue', mailbox, Mailbox);
    super(mailbox);
  }

  [inspect.custom](): string {
    return this.closed ? 'SimpleQueue { closed }' : `SimpleQueue { ${this.qsize()} items }`;
  }

  static [fromWire](name: string): SimpleQueue {
    return new SimpleQueue(new Mailbox(receiveCell(name)));
  }
}
