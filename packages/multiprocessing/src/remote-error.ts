import { ConcurrencyError, task } from '@weft/core';

/**
 * Thrown when a manager's server cannot do what was asked: the object has no such method, or is gone.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#customized-managers
 * @example
 * await using manager = new Manager();
 * const scores = await manager.dict<string, number>();
 * await scores.pop('nobody').catch((error) => console.log(error.name));
 */
export class RemoteError extends ConcurrencyError {
  static {
    this.prototype.name = 'RemoteError';
    task(import.meta, this);
  }
  readonly code = 'ERR_REMOTE';
}
