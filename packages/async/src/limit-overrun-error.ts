import { ConcurrencyError } from '@weft/core';

/**
 * Thrown when a separator is not found within the reader's limit. What was received stays in the buffer.
 *
 * @see https://docs.python.org/3/library/asyncio-exceptions.html#asyncio.LimitOverrunError
 * @example
 * const [reader, writer] = await openConnection('localhost', port, { limit: 8 });
 * writer.write('much more than eight bytes\n');
 * const error = await reader.readuntil('\n').catch((reason) => reason);
 * console.log(error instanceof LimitOverrunError); // true
 * writer.close();
 */
export class LimitOverrunError extends ConcurrencyError {
  static {
    this.prototype.name = 'LimitOverrunError';
  }
  readonly code = 'ERR_LIMIT_OVERRUN';
  /** How many bytes of the buffer belong to what was asked for, without the separator. */
  readonly consumed: number;

  constructor(message: string, consumed: number) {
    super(message);
    this.consumed = consumed;
  }
}
