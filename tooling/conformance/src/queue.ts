import { boundedQueueRows } from './bounded-queue-rows.ts';
import { joinRows } from './queue-join-rows.ts';
import { remoteItemRows, remoteQueueRows } from './remote-queue-rows.ts';
import { shutdownRows } from './queue-shutdown-rows.ts';
import { fifoRows, itemRows } from './queue-item-rows.ts';
import { type Row, type SuiteOptions, collectRows, defineSuite } from './suite.ts';
import type { WaitOptions } from './wait-options.ts';

/** What every queue offers. */
export interface SimpleQueueLike<T = unknown> {
  put(item: T, options?: WaitOptions): PromiseLike<void>;
  get(options?: WaitOptions): PromiseLike<T>;
  getSync?(options?: { timeout?: number }): T;
  getNowait(): T;
  qsize(): number;
  empty(): boolean;
}

/** What the suite asks of a queue. */
export interface QueueLike<T = unknown> extends SimpleQueueLike<T> {
  putSync?(item: T, options?: { timeout?: number }): void;
  putNowait(item: T): void;
  full(): boolean;
  maxsize?: number;
  taskDone?(): void;
  join?(options?: WaitOptions): PromiseLike<void>;
  joinSync?(options?: { timeout?: number }): void;
  readonly unfinishedTasks?: number;
  readonly isShutdown?: boolean;
  shutdown?(options?: { immediate?: boolean }): void;
  [Symbol.asyncIterator]?(): AsyncIterator<T>;
}

/** How to make what the suite is about. */
export interface QueueSuiteOptions extends SuiteOptions {
  /** @param maxsize How many items it holds; unbounded if left out. */
  create(maxsize?: number): QueueLike;
  /** Whether there are `taskDone` and `join`; `true` if left out. */
  joinable?: boolean | undefined;
  /** Whether there are `shutdown` and what depends on it; `true` if left out. */
  shutdown?: boolean | undefined;
  /** Whether `maxsize` may be assigned; `true` if left out. */
  resizable?: boolean | undefined;
  /** Whether an item that stays in one thread is the same object when it comes out; `true` if left out. */
  identity?: boolean | undefined;
}

/** Checks that a queue behaves as `Queue` of Python's queue, multiprocessing or asyncio does. */
export function queueConformance(name: string, options: QueueSuiteOptions): void {
  defineSuite(name, queueRows(options));
}

/** The rows of {@link queueConformance}. */
export function queueRows(options: QueueSuiteOptions): Row[] {
  return [...collectRows(options, (row, setting) => fifoRows(row, options, setting)), ...everyQueueRows(options)];
}

/**
 * The rows that queues of every order owe.
 *
 * @param comparable Whether the queue takes only items that have an order.
 */
export function everyQueueRows(options: QueueSuiteOptions, comparable = false): Row[] {
  return collectRows(options, (row, setting) => {
    itemRows(row, options, setting, comparable);
    boundedQueueRows(row, options, setting);
    if (options.joinable ?? true) joinRows(row, options, setting);
    if (options.shutdown ?? true) shutdownRows(row, options, setting);
    if (setting.elsewhere) {
      remoteItemRows(row, { create: () => options.create(), comparable }, setting, setting.elsewhere);
      remoteQueueRows(row, options, setting.elsewhere);
    }
  });
}
