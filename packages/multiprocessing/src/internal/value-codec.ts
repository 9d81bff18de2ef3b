import { decodeBody, encodeBytes, loadClasses, unpack } from '@weft/core/lowlevel';

const MEDIUM = 'process';

/**
 * Writes a value for another process.
 *
 * @param path What the value is called in errors.
 * @throws {TransferError} If part of it cannot cross, with the path to it.
 */
export function encode(value: unknown, path: string): Buffer {
  return encodeBytes(value, { medium: MEDIUM, path });
}

/** Reads a value, importing the modules of its classes first if need be. */
export function decode(bytes: Uint8Array): unknown {
  const body = decodeBody(bytes);
  const loading = loadClasses(body);
  return loading === undefined ? unpack(body, MEDIUM) : loading.then(() => unpack(body, MEDIUM));
}

/** Reads a value at once. */
export function decodeSync(bytes: Uint8Array): unknown {
  return unpack(decodeBody(bytes), MEDIUM);
}
