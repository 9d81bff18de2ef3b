import { ConcurrencyError } from '@weft/core';

/**
 * Thrown by `run` when Ctrl-C ended the main task.
 *
 * @see https://docs.python.org/3/library/asyncio-runner.html#handling-keyboard-interruption
 * @example
 * process.on('uncaughtException', (error) => {
 *   if (!(error instanceof KeyboardInterrupt)) throw error;
 *   console.log('interrupted');
 * });
 */
export class KeyboardInterrupt extends ConcurrencyError {
  static {
    this.prototype.name = 'KeyboardInterrupt';
  }
  readonly code = 'ERR_KEYBOARD_INTERRUPT';

  constructor(message = 'Interrupted from the keyboard', options?: ErrorOptions) {
    super(message, options);
  }
}
