import { TimeoutError } from '../errors.ts';
import type { TaskOptions } from '../executor.ts';
import type { Deadlines } from './deadlines.ts';

/** What a {@link TaskControl} does to its task. */
export interface TaskEnding {
  /** Ends the task; called at most once by its signal and once by its time. */
  end(reason: unknown): void;
  /** Ends the worker that runs it. */
  kill(): void;
  /** How long the worker has to end the task by itself, in milliseconds. */
  readonly graceTime: number;
}

/** Ends one task early: when its signal aborts, or its time is over, which runs from the call on. */
export class TaskControl {
  readonly #options: TaskOptions;
  readonly #deadlines: Deadlines;
  readonly #ending: TaskEnding;
  readonly #onAbort: () => void;
  #end: (reason: unknown) => void;
  #stopTimer: (() => void) | undefined;
  /** Whether the task has given something that is still to be read. */
  #open = false;
  /** Whether the task was ended while it ran: its future is done, its worker may not be. */
  ended = false;

  constructor(options: TaskOptions, deadlines: Deadlines, ending: TaskEnding) {
    this.#options = options;
    this.#deadlines = deadlines;
    this.#ending = ending;
    this.#end = (reason) => ending.end(reason);
    this.#onAbort = () => this.#end(options.signal?.reason);
    options.signal?.addEventListener('abort', this.#onAbort, { once: true });
    const { timeout = Infinity } = options;
    if (timeout !== Infinity) this.#after(timeout, () => this.#end(new TimeoutError('finish the task', timeout)));
  }

  /** The task was told to end: if that does not help, its worker goes. */
  stop(): void {
    this.#after(this.#ending.graceTime, () => this.#ending.kill());
  }

  /**
   * The task has given something that is still to be read: from now on this is what ends early.
   *
   * @param end Ends it.
   * @returns Says that it is over.
   */
  passOn(end: (reason: unknown) => void): () => void {
    this.#open = true;
    this.#end = (reason) => {
      end(reason);
      this.stop();
    };
    return () => {
      this.#open = false;
      this.release();
    };
  }

  /** The task is over. */
  release(): void {
    if (this.#open) return;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }

  // Instead of what was to come.
  #after(delay: number, callback: () => void): void {
    this.#stopTimer?.();
    this.#stopTimer = this.#deadlines.set(delay, callback);
  }
}
