import { ConcurrencyError, task } from '@weft/core';

/**
 * Thrown when a manager's server cannot do what was asked: the object has no such method, or is gone.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#customized-managers
 */
export class RemoteError extends ConcurrencyError {
  static {
    this.prototype.name = 'RemoteError';
    task(import.meta, this);
  }
  readonly code = 'ERR_REMOTE';
}
