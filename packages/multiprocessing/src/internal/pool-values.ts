import { TransferError } from '@weft/core';
import {
  type Body,
  decodeBody,
  encodeBytes,
  loadClasses,
  narrowTextAt,
  packThrown,
  unpack,
  unpackThrown,
} from '@weft/core/lowlevel';
import { type FrameRecord, MAX_LENGTH } from './frames.ts';

/** Structured clone's views stand in the bytes they were read from: such bytes need memory of their own. */
const CLONE_TAG = 9;

/**
 * Encodes a value for the other side.
 *
 * @throws {TransferError} If part of it cannot cross, or it is too large.
 */
export function encodeValue(value: unknown, path: string): Buffer {
  const bytes = encodeBytes(value, { medium: 'process', path });
  if (bytes.length > MAX_LENGTH)
    throw new TransferError(
      `Cannot send ${path}: it has ${bytes.length} bytes, and no more than ${MAX_LENGTH} can cross`,
    );
  return bytes;
}

/** Encodes what was thrown; it is always possible. */
export function encodeThrown(thrown: unknown): Buffer {
  return encodeBytes(packThrown(thrown, 'process').body, { medium: 'process', path: 'the error' });
}

/** Reads text that stands in a record. */
export function textOf({ memory, start, length }: FrameRecord): string {
  return memory.bytes.toString('utf8', start, start + length);
}

/** Reads the value of a record, if it is a narrow text, which is cheaper where it lies. */
export function valueTextOf({ memory, start, length }: FrameRecord): string | undefined {
  return narrowTextAt(memory.bytes, start, length);
}

/** Gets the bytes of a record out of the memory it stands in, if need be. */
export function bytesOf({ memory, start, length }: FrameRecord): Buffer {
  const bytes = memory.bytes.subarray(start, start + length);
  if (bytes[0] !== CLONE_TAG) return bytes;
  const own = Buffer.allocUnsafeSlow(length);
  own.set(bytes);
  return own;
}

/**
 * Decodes a value, at once if no class has to be loaded for it.
 *
 * @param use Called with the value.
 * @param fail Called with the error if the value cannot be decoded.
 */
export function decodeValue(bytes: Uint8Array, use: (value: unknown) => void, fail: (error: unknown) => void): void {
  let body: Body;
  let value: unknown;
  try {
    body = decodeBody(bytes);
    const loading = loadClasses(body);
    if (loading !== undefined) {
      loading.then(() => unpack(body, 'process')).then(use, fail);
      return;
    }
    value = unpack(body, 'process');
  } catch (error) {
    fail(error);
    return;
  }
  use(value);
}

/** Decodes what was thrown on the other side. */
export function decodeThrown(bytes: Uint8Array, origin: string, use: (error: unknown) => void): void {
  decodeValue(
    bytes,
    (packed) => {
      let thrown: unknown;
      try {
        const body = packed as Body;
        const loading = loadClasses(body);
        if (loading !== undefined) {
          loading.then(() => unpackThrown(body, 'process', origin)).then(use, use);
          return;
        }
        thrown = unpackThrown(body, 'process', origin);
      } catch (error) {
        thrown = error;
      }
      use(thrown);
    },
    use,
  );
}
