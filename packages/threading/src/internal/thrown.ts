import { type Body, unpackThrown } from '@weft/core/lowlevel';

/**
 * Makes again what was thrown in another thread.
 *
 * @param origin The name of the thread.
 * @returns It, or where that is impossible the error that says so.
 */
export function thrownThere(body: Body, origin: string): unknown {
  try {
    return unpackThrown(body, 'thread', origin);
  } catch (error) {
    return error;
  }
}
