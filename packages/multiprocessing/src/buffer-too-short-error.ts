import { ConcurrencyError, task } from '@weft/core';

/**
 * Thrown when a message does not fit the buffer that it should be received into. It has the message.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.BufferTooShort
 * @example
 * const [here, there] = Pipe();
 * await there.sendBytes(new Uint8Array(100));
 * await here.recvBytesInto(new Uint8Array(10)).catch((error) => {
 *   if (!(error instanceof BufferTooShortError)) throw error;
 *   console.log(error.message);
 * });
 */
export class BufferTooShortError extends ConcurrencyError {
  static {
    this.prototype.name = 'BufferTooShortError';
    task(import.meta, this);
  }
  readonly code = 'ERR_BUFFER_TOO_SHORT';
  /** The whole message, which is not in the connection any more. */
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array, room: number) {
    super(`Cannot receive a message of ${bytes.length} bytes into ${room}`);
    this.bytes = bytes;
  }
}
