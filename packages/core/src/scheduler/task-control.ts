import { TimeoutError } from '../errors.ts';
import type { TaskOptions } from '../executor.ts';
import type { Deadlines } from './deadlines.ts';

/** Ends one task early: when its signal aborts, or its time is over, which runs from the call on. */
export class TaskControl {
  readonly #options: TaskOptions;
  readonly #deadlines: Deadlines;
  readonly #onAbort: () => void;
  #stopTimer: (() => void) | undefined;
  /** Whether the task was ended while it ran: its future is done, its worker may not be. */
  ended = false;

  /** @param end Ends the task; called at most once by each of the two. */
  constructor(options: TaskOptions, deadlines: Deadlines, end: (reason: unknown) => void) {
    this.#options = options;
    this.#deadlines = deadlines;
    this.#onAbort = () => end(options.signal?.reason);
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
    const { timeout = Infinity } = options;
    if (timeout !== Infinity) this.after(timeout, () => end(new TimeoutError('finish the task', timeout)));
  }

  /** Calls back in some milliseconds, unless the task is over before; instead of what was to come. */
  after(delay: number, callback: () => void): void {
    this.#stopTimer?.();
    this.#stopTimer = this.#deadlines.set(delay, callback);
  }

  /** The task is over. */
  release(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }
}
