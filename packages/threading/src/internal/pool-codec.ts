import {
  type Body,
  type Packed,
  cloneFromBytes,
  cloneToBytes,
  countLarge,
  isJsonExact,
  pack,
} from '@weft/core/lowlevel';
import { PORT_BYTES, bufferOver, copyToMove, isBareBytes, isLarge, totalBytes } from './pool-bytes.ts';
import { ARENA_LIMIT } from './pool-layout.ts';

/** How a value crosses, or what a completion is besides a value. */
export const Kind = {
  None: 0,
  Undefined: 1,
  Null: 2,
  True: 3,
  False: 4,
  Int: 5,
  Double: 6,
  /** Text, and JSON, of one byte a unit or of two. */
  Text: 7,
  Wide: 8,
  Json: 9,
  WideJson: 10,
  /** The bytes of a Uint8Array, and of a Buffer. */
  Bytes: 11,
  Buffer: 12,
  /** The bytes of structured clone. */
  Clone: 13,
  /** By message port. */
  Port: 14,
  /** An error, by message port. */
  Error: 15,
  /** A task began. */
  Started: 16,
  /** A worker claimed a task whose arguments go by message port, and waits for them. */
  Wanted: 17,
  /** What a running task reports, by message port. */
  Progress: 18,
  /** An async iterable whose items follow on demand. */
  Stream: 19,
  /** The worker takes tasks from now on. */
  Ready: 20,
  /** Its initializer threw; the error goes by message port. */
  Unready: 21,
  /** An item of a stream, by message port. */
  Item: 22,
} as const;

/** The bits of a slot's kind word above the kind. Above them stands the target. */
export const Flag = { Arena: 0x20, Spread: 0x40, Timed: 0x80, Watched: 0x100 } as const;
export const KIND_MASK = 0x1f;
export const TARGET_SHIFT = 9;

const NO_PREFIX = new Uint8Array();

/** What goes by message port. */
export interface Mailed {
  /** A packed body, or its bytes where structured clone has written them already. */
  readonly body: Body | Uint8Array;
  readonly transfer: Packed['transfer'];
  /** Whether nothing in it is the caller's any more, who may change it. */
  readonly own: boolean;
}

/** Where {@link encode} puts what it made of a value. */
export interface Encoded {
  kind: number;
  payload: unknown;
}

/**
 * Makes a value ready to cross: numbers and text as they are, plain data as JSON where that is exact, the rest as bytes
 * of structured clone, or for a message port where it is large or moves.
 *
 * @param path What the value is called in errors.
 * @param moved What moves in addition to what the value itself says.
 * @param mostBytes How many bytes may go beside the ring.
 * @throws {TransferError} If part of the value cannot cross.
 */
export function encode(
  into: Encoded,
  value: unknown,
  path: string,
  moved?: readonly object[],
  mostBytes: number = PORT_BYTES,
): void {
  switch (typeof value) {
    case 'number':
      into.kind = (value | 0) === value && (value !== 0 || 1 / value > 0) ? Kind.Int : Kind.Double;
      into.payload = value;
      return;
    case 'string':
      into.kind = value.length * 2 <= ARENA_LIMIT ? Kind.Text : Kind.Port;
      into.payload = into.kind === Kind.Text ? value : { body: { v: value }, transfer: [], own: true };
      return;
    case 'boolean':
      into.kind = value ? Kind.True : Kind.False;
      return;
    case 'undefined':
      into.kind = Kind.Undefined;
      return;
    default:
      if (moved === undefined && isBareBytes(value, mostBytes)) {
        into.kind = Buffer.isBuffer(value) ? Kind.Buffer : Kind.Bytes;
        into.payload = value;
      } else encodeObject(into, value, path, moved);
  }
}

function encodeObject(into: Encoded, value: unknown, path: string, moved: readonly object[] | undefined): void {
  if (value === null) {
    into.kind = Kind.Null;
    return;
  }
  if (moved === undefined && isJsonExact(value)) {
    const text = JSON.stringify(value);
    if (text.length * 2 <= ARENA_LIMIT) {
      into.kind = Kind.Json;
      into.payload = text;
      return;
    }
  }
  const packed = pack(value, 'thread', path);
  if (moved !== undefined || packed.transfer.length > 0) {
    const transfer = moved === undefined ? packed.transfer : [...new Set([...packed.transfer, ...moved])];
    toMail(into, { body: packed.body, transfer, own: false });
    return;
  }
  if (packed.portOnly === true) {
    toMail(into, { body: packed.body, transfer: [], own: false });
    return;
  }
  const copied = isLarge(value) && packed.body.s === undefined ? copyToMove(packed.body.v) : undefined;
  if (copied !== undefined) {
    toMail(into, { body: { v: copied.value }, transfer: copied.buffers, own: true });
    return;
  }
  const bytes = serialize(packed.body);
  if (bytes === undefined) {
    toMail(into, { body: packed.body, transfer: [], own: false });
  } else if (bytes.length <= PORT_BYTES) {
    into.kind = Kind.Clone;
    into.payload = bytes;
  } else {
    toMail(into, { body: bytes, transfer: [bytes.buffer as ArrayBuffer], own: true });
  }
}

function toMail(into: Encoded, mailed: Mailed): void {
  into.kind = Kind.Port;
  into.payload = mailed;
}

// What the serialiser cannot write, such as shared memory and ports, a message port may be able to carry.
function serialize(body: Body): Buffer | undefined {
  try {
    return cloneToBytes(body, NO_PREFIX);
  } catch {
    return undefined;
  }
}

/** The packed body that went by message port. */
export function bodyOf(body: Body | Uint8Array): Body {
  if (body instanceof Uint8Array) return deserialize(body);
  countLarge(totalBytes(body.v));
  return body;
}

/** Reads what was written as bytes of structured clone. */
export function deserialize(bytes: Uint8Array): Body {
  return cloneFromBytes(bytes) as Body;
}

/** The value that was encoded, where what {@link encode} made of it crossed as it is. */
export function plainValue(kind: number, payload: unknown): unknown {
  switch (kind & KIND_MASK) {
    case Kind.Json:
      return JSON.parse(payload as string) as unknown;
    case Kind.Buffer:
      return bufferOver(payload as Uint8Array);
    case Kind.True:
      return true;
    case Kind.False:
      return false;
    case Kind.Null:
      return null;
    case Kind.None:
    case Kind.Undefined:
      return undefined;
    default:
      return payload;
  }
}
