import { inspect } from 'node:util';
import { task, type Target } from '@weft/core';
import { checkOptions, checkTimeout } from '@weft/core/lowlevel';
import { Event } from './event.ts';
import { Thread, type ThreadOptions } from './thread.ts';

/** How a timer is made. */
export type TimerOptions<A extends unknown[] = unknown[]> = Omit<ThreadOptions<A>, 'target'>;

/**
 * A thread that calls a function once, after a while, unless it is cancelled before.
 *
 * @see https://docs.python.org/3/library/threading.html#threading.Timer
 * @example
 * const timer = new Timer(30_000, remind, { args: ['tea'] });
 * timer.start();
 * timer.cancel();
 */
export class Timer<A extends unknown[] = unknown[]> extends Thread<A> {
  static {
    task(import.meta, this as never);
  }
  /** How long it waits once it has started, in milliseconds. */
  readonly interval: number;
  /** Set once the function was called, or the timer cancelled. */
  readonly finished: Event = new Event();
  /** @internal When it was started, on a clock that all threads share. */
  protected startedAt = 0;

  /**
   * @param interval How long to wait, in milliseconds.
   * @param target An exported function.
   * @param options As for a thread.
   * @throws {TypeError} If `target` is not a function.
   * @throws {RangeError} If `interval` is negative or NaN.
   */
  constructor(interval: number, target: Target<A>, options: TimerOptions<A> = {}) {
    checkOptions('make a timer', options);
    checkTimeout(interval, 'interval');
    if (typeof target !== 'function')
      throw new TypeError(`Cannot call ${inspect(target)} after ${inspect(interval)} ms: it is not a function`);
    super({ ...options, target });
    this.interval = interval;
  }

  override start(): this {
    this.startedAt = now();
    return super.start();
  }

  override async run(): Promise<void> {
    const rest = Math.max(0, this.startedAt + this.interval - now());
    if (!this.finished.waitSync({ timeout: rest })) await super.run();
    this.finished.set();
  }

  /** Keeps the function from being called, if it has not been. Then the thread ends at once. */
  cancel(): void {
    this.finished.set();
  }
}

function now(): number {
  return performance.timeOrigin + performance.now();
}
