import { types } from 'node:util';
import { TransferError } from '../errors.ts';
import { rawText } from '../internal/raw-text.ts';
import { countLarge } from '../internal/young-memory.ts';
import { cloneFromBytes, cloneToBytes } from './clone-bytes.ts';
import { emptyMoved } from './empty-moved.ts';
import { isJsonExact } from './json-exact.ts';
import { type Body, type Packed, type ShareBuffer, pack } from './pack.ts';
import type { Medium } from './protocol.ts';
import { asTransferError } from './refusals.ts';
import { type SharedBuffer, unpack } from './unpack.ts';
import { refuseVastArrays } from './vast-arrays.ts';

/** The first byte of an encoded value: how the rest is written. */
const Tag = {
  Undefined: 0,
  Null: 1,
  True: 2,
  False: 3,
  Int32: 4,
  Double: 5,
  Latin1: 6,
  Utf16: 7,
  Json: 8,
  Clone: 9,
  Bytes: 10,
  Buffer: 11,
} as const;

const CONSTANTS = new Map<unknown, Buffer>([
  [undefined, Buffer.of(Tag.Undefined)],
  [null, Buffer.of(Tag.Null)],
  [true, Buffer.of(Tag.True)],
  [false, Buffer.of(Tag.False)],
]);

/** How a value becomes bytes. */
export interface EncodeOptions {
  /** What the bytes will cross. */
  medium: Medium;
  /** What the value is called in errors. */
  path: string;
  /** Names a SharedArrayBuffer by a number that the other side knows. Left out, such a buffer cannot cross. */
  shareBuffer?: ShareBuffer | undefined;
}

/** How bytes become a value. */
export interface DecodeOptions {
  /** What the bytes crossed. */
  medium: Medium;
  /** Finds the SharedArrayBuffer that `shareBuffer` named. */
  sharedBuffer?: SharedBuffer | undefined;
}

/**
 * Writes a value as bytes: primitives, small plain objects and bytes compactly, the rest by structured clone.
 *
 * @returns The bytes; they may be shared with later calls and must not be written to.
 * @throws {TransferError} If part of the value cannot cross, with the path to it.
 */
export function encodeBytes(value: unknown, options: EncodeOptions): Buffer {
  if (typeof value === 'number') return encodeNumber(value);
  if (typeof value === 'string') return encodeText(value, Tag.Latin1);
  // Only now: a look-up in a map would hash every character of a text.
  const constant = CONSTANTS.get(value);
  if (constant !== undefined) return constant;
  const raw = types.isUint8Array(value) ? rawTag(value) : undefined;
  if (raw !== undefined) return encodeRaw(value as Uint8Array, raw);
  if (isJsonExact(value)) return encodeText(JSON.stringify(value), Tag.Json);
  return encodeClone(value, pack(value, options.medium, options.path, options.shareBuffer), options);
}

/**
 * Reads bytes as a value. Objects whose class is not loaded yet are an error: use {@link decodeBody} to load it first.
 *
 * @throws {TransferError} If the bytes are not what {@link encodeBytes} writes.
 */
export function decodeBytes(bytes: Uint8Array, options: DecodeOptions): unknown {
  return unpack(decodeBody(bytes), options.medium, options.sharedBuffer);
}

/**
 * Reads bytes as a packed body, for `loadClasses` and `unpack`.
 *
 * @throws {TransferError} If the bytes are not what {@link encodeBytes} writes.
 */
export function decodeBody(bytes: Uint8Array): Body {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    return decode(buffer);
  } catch (cause) {
    throw new TransferError('Cannot decode a value: its bytes are damaged', { cause });
  }
}

function encodeNumber(value: number): Buffer {
  if (Object.is(value | 0, value)) {
    const bytes = Buffer.allocUnsafe(5);
    bytes[0] = Tag.Int32;
    bytes.writeInt32LE(value, 1);
    return bytes;
  }
  const bytes = Buffer.allocUnsafe(9);
  bytes[0] = Tag.Double;
  bytes.writeDoubleLE(value, 1);
  return bytes;
}

/** How many bytes {@link encodeTextInto} writes for a text. */
export function encodedTextSize(text: string): number {
  // ASCII is the only text whose UTF-8 form is as long as the text: one byte a unit.
  return (Buffer.byteLength(text, 'utf8') === text.length ? text.length : text.length * 2) + 1;
}

/**
 * Writes a text where it will cross, as {@link encodeBytes} would write it into bytes of its own.
 *
 * @param size What {@link encodedTextSize} says of it.
 */
export function encodeTextInto(text: string, size: number, memory: Buffer, at: number): void {
  writeText(text, Tag.Latin1, size, memory, at);
}

/** Reads a text where it lies, if it is one that was written a byte a unit; answers `undefined` for everything else. */
export function narrowTextAt(memory: Buffer, at: number, size: number): string | undefined {
  return memory[at] === Tag.Latin1 ? rawText(memory).latin1Slice(at + 1, at + size) : undefined;
}

// JSON text that is not ASCII is UTF-16 as well; its tag has this bit set.
const WIDE = 128;

function encodeText(text: string, tag: number): Buffer {
  const bytes = Buffer.allocUnsafe(encodedTextSize(text));
  writeText(text, tag, bytes.length, bytes, 0);
  return bytes;
}

function writeText(text: string, tag: number, size: number, memory: Buffer, at: number): void {
  if (size === text.length + 1) {
    memory[at] = tag;
    rawText(memory).latin1Write(text, at + 1);
  } else {
    memory[at] = tag === Tag.Json ? Tag.Json | WIDE : Tag.Utf16;
    rawText(memory).ucs2Write(text, at + 1);
  }
}

// Of the others it is for structured clone to say what they are: shared, able to grow, moved away, of another class.
function rawTag(value: Uint8Array): number | undefined {
  const { buffer, length } = value;
  if (length === 0 || !types.isArrayBuffer(buffer) || (buffer as { resizable?: boolean }).resizable === true)
    return undefined;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Buffer.prototype) return Tag.Buffer;
  return prototype === Uint8Array.prototype ? Tag.Bytes : undefined;
}

function encodeRaw(value: Uint8Array, tag: number): Buffer {
  const bytes = Buffer.allocUnsafe(1 + value.length);
  bytes[0] = tag;
  bytes.set(value, 1);
  return bytes;
}

// In memory of its own: what it came in may be used again.
function decodeRaw(bytes: Buffer): Buffer {
  const own = Buffer.allocUnsafeSlow(bytes.length - 1);
  bytes.copy(own, 0, 1);
  countLarge(own.length);
  return own;
}

function encodeClone(value: unknown, packed: Packed, options: EncodeOptions): Buffer {
  try {
    const bytes = cloneToBytes(packed.body, CLONE_PREFIX);
    emptyMoved(packed.transfer, options.path);
    return bytes;
  } catch (error) {
    throw asTransferError(error, value, options.path);
  }
}

/** Before a cloned body: its tag, and as many bytes as keep the body's two-byte text aligned. */
const CLONE_PREFIX = Buffer.of(Tag.Clone, 0, 0, 0, 0, 0, 0, 0);

function decode(bytes: Buffer): Body {
  switch (bytes[0]) {
    case Tag.Undefined:
      return { v: undefined };
    case Tag.Null:
      return { v: null };
    case Tag.True:
      return { v: true };
    case Tag.False:
      return { v: false };
    case Tag.Int32:
      return { v: bytes.readInt32LE(1) };
    case Tag.Double:
      return { v: bytes.readDoubleLE(1) };
    case Tag.Latin1:
      return { v: rawText(bytes).latin1Slice(1) };
    case Tag.Utf16:
      return { v: rawText(bytes).ucs2Slice(1) };
    case Tag.Json:
      return { v: JSON.parse(rawText(bytes).latin1Slice(1)) as unknown };
    case Tag.Json | WIDE:
      return { v: JSON.parse(rawText(bytes).ucs2Slice(1)) as unknown };
    case Tag.Clone:
      return decodeClone(bytes);
    case Tag.Bytes:
      return { v: new Uint8Array(decodeRaw(bytes).buffer) };
    case Tag.Buffer:
      return { v: decodeRaw(bytes) };
    default:
      throw new TransferError(`Cannot decode a value: no encoding has the number ${bytes[0]}`);
  }
}

function decodeClone(bytes: Buffer): Body {
  const clone = bytes.subarray(CLONE_PREFIX.length);
  refuseVastArrays(clone);
  const body: unknown = cloneFromBytes(clone);
  if (typeof body !== 'object' || body === null || !('v' in body))
    throw new TransferError('Cannot decode a value: it has no body');
  const { s } = body as { s?: unknown };
  if (s !== undefined && !(Array.isArray(s) && s.every(isSpecial)))
    throw new TransferError('Cannot decode a value: its list of specials is damaged');
  return body as Body;
}

function isSpecial(value: unknown): boolean {
  if (!isObject(value) || !isObject(value['hole'])) return false;
  if (value['kind'] === 'error') return isObject(value['error']) && Array.isArray(value['error']['fields']);
  return value['kind'] !== 'wirable' || isObject(value['type']);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
