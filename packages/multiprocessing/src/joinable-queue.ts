import { type WaitOptions, task } from '@weft/core';
import { queueEvents } from './internal/diagnostics.ts';
import { join, taskDone } from './internal/operations/mailbox.ts';
import { type Wait, park, parkSync } from './internal/parking.ts';
import { Queue } from './queue.ts';

/**
 * A queue whose consumers say when they are done with an item, so that others can wait until all are.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.JoinableQueue
 * @example
 * const queue = new JoinableQueue<string>();
 * await queue.put('job');
 * const item = await queue.get();
 * queue.taskDone();
 * await queue.join();
 */
export class JoinableQueue<T = unknown> extends Queue<T> {
  static {
    task(import.meta, this);
  }

  /** How many items were put and not reported as done. */
  get unfinishedTasks(): number {
    return this.unfinished;
  }

  /**
   * Says that an item that was taken is done with.
   *
   * @throws {RangeError} If that was said of all items already.
   */
  taskDone(): void {
    if (this.mailbox.cell.run(taskDone) < 0)
      throw new RangeError('Cannot call taskDone more often than items were put');
  }

  /** Waits until every item that was put is done with. */
  join(options: WaitOptions = {}): Promise<void> {
    return park(options, this.#wait());
  }

  /** The same, blocking the thread. */
  joinSync(options: { timeout?: number | undefined } = {}): void {
    parkSync(options, this.#wait());
  }

  #wait(): Wait<void> {
    return {
      cell: this.mailbox.cell,
      subject: this,
      events: queueEvents,
      action: 'join the queue',
      begin: join,
      finish: () => {},
    };
  }
}
