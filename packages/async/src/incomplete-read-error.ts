import { EndOfStreamError } from '@weft/core';

/**
 * Thrown when a stream ends before what was asked for has come.
 *
 * @see https://docs.python.org/3/library/asyncio-exceptions.html#asyncio.IncompleteReadError
 * @example
 * const [reader, writer] = await openConnection('localhost', port);
 * writer.write('abc');
 * writer.writeEof();
 * const error = await reader.readexactly(5).catch((reason) => reason);
 * if (error instanceof IncompleteReadError) console.log(String(error.partial)); // 'abc'
 * writer.close();
 */
export class IncompleteReadError extends EndOfStreamError {
  static {
    this.prototype.name = 'IncompleteReadError';
  }
  override readonly code = 'ERR_INCOMPLETE_READ';
  /** What came before the end. */
  readonly partial: Buffer;
  /** How many bytes were asked for, `undefined` if a separator was. */
  readonly expected: number | undefined;

  constructor(partial: Buffer, expected: number | undefined) {
    super(
      `Cannot read ${expected === undefined ? 'up to a separator' : `${expected} bytes`}: the stream ended after ${partial.length}`,
    );
    this.partial = partial;
    this.expected = expected;
  }
}
