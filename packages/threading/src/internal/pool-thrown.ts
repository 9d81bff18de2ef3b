import { type Body, unpackThrown } from '@weft/core/lowlevel';

/**
 * Makes again what was thrown in a worker.
 *
 * @param origin The name of the worker.
 * @returns It, or where that is impossible the error that says so.
 */
export function thrownThere(body: Body, origin: string): unknown {
  try {
    return unpackThrown(body, 'thread', origin);
  } catch (error) {
    return error;
  }
}
