import type { BrokenExecutorError } from '../errors.ts';
import type { WorkerExit } from './transport.ts';

/** Why a pool is broken, if it is. Every error that it makes is a new one: whoever catches one may change it. */
export class Breakage {
  readonly #make: (message: string, options?: ErrorOptions) => BrokenExecutorError;
  #why: { message: string; cause?: unknown } | undefined;

  constructor(make: (message: string, options?: ErrorOptions) => BrokenExecutorError) {
    this.#make = make;
  }

  /** Whether the pool is broken. */
  get happened(): boolean {
    return this.#why !== undefined;
  }

  /** The pool is broken from now on. It answers `false` if it was before. */
  note(why: { message: string; cause?: unknown }): boolean {
    if (this.#why !== undefined) return false;
    this.#why = why;
    return true;
  }

  /** Makes the error for what cannot be done because of it. */
  error(action: string): BrokenExecutorError {
    return this.#make(`${action}: ${this.#why?.message}`, { cause: this.#why?.cause });
  }

  /** Makes the error for a task whose worker is gone. */
  lost({ what, cause }: WorkerExit): BrokenExecutorError {
    return this.#make(`Cannot finish the task: its worker ${what}`, { cause });
  }
}
