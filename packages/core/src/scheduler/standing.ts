import { type BrokenExecutorError, InvalidStateError } from '../errors.ts';
import { isExiting } from '../internal/exiting.ts';
import type { WorkerExit } from './transport.ts';

/**
 * Whether a pool takes tasks, and why not: it was shut down, or is broken. Every error that it makes is a new one: whoever
 * catches one may change it.
 */
export class Standing {
  readonly #make: (message: string, options?: ErrorOptions) => BrokenExecutorError;
  #why: { message: string; cause?: unknown } | undefined;
  /** Whether the pool takes no more tasks, and ends when it has none. */
  closed = false;

  constructor(make: (message: string, options?: ErrorOptions) => BrokenExecutorError) {
    this.#make = make;
  }

  /** Whether the pool is broken. */
  get broken(): boolean {
    return this.#why !== undefined;
  }

  /** In a word, for people; nothing to say of a pool that takes tasks. */
  get word(): 'broken' | 'shut down' | undefined {
    return this.broken ? 'broken' : this.closed ? 'shut down' : undefined;
  }

  /** The pool is broken from now on. It answers `false` if it was before. */
  note(why: { message: string; cause?: unknown }): boolean {
    if (this.#why !== undefined) return false;
    this.#why = why;
    return true;
  }

  /** Throws if no task can be taken. */
  check(): void {
    if (this.broken) throw this.error('Cannot submit a task');
    if (this.closed) throw wasShutDown();
    if (isExiting()) throw new InvalidStateError('Cannot submit a task: the process is exiting');
  }

  /** Makes the error for what cannot be done because the pool is broken. */
  error(action: string): BrokenExecutorError {
    return this.#make(`${action}: ${this.#why?.message}`, { cause: this.#why?.cause });
  }

  /** Makes the error for a task whose worker is gone. */
  lost({ what, cause }: WorkerExit): BrokenExecutorError {
    return this.#make(`Cannot finish the task: its worker ${what}`, { cause });
  }
}

/** Says that no task comes in any more. */
export function wasShutDown(): InvalidStateError {
  return new InvalidStateError('Cannot submit a task: the executor was shut down');
}
