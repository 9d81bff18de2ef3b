import { types } from 'node:util';
import { isMarkedAsUntransferable } from 'node:worker_threads';
import { VIEW_CLASSES, type ViewClass, isJsonExact } from '@weft/core/lowlevel';

/** Bytes from which on moving a copy of them is faster than copying them through shared memory. */
export const PORT_BYTES: number = 32 * 1024;
/** In longer arrays nobody looks for buffers. */
const MAX_ITEMS = 64;

/** A value over other buffers than before, and those. */
export interface Rebuilt {
  readonly value: unknown;
  readonly buffers: ArrayBuffer[];
}

/** A buffer or a view of one, or what is copied without any. */
type Part = { buffer: ArrayBuffer; view?: [type: ViewClass, offset: number, length: number] } | { plain: unknown };

const viewClasses = new Map<unknown, ViewClass>(VIEW_CLASSES.map((type) => [type.prototype, type]));

/** Whether a value, or something that stands directly in a list of arguments, is a large buffer or a view of one. */
export function isLarge(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((item) => bytesOf(item) >= PORT_BYTES);
  return bytesOf(value) >= PORT_BYTES;
}

/** How many bytes a value has that is a buffer or a view of one, or such values that stand directly in a short list. */
export function totalBytes(value: unknown): number {
  if (!Array.isArray(value)) return bytesOf(value);
  if (value.length > MAX_ITEMS) return 0;
  return value.reduce<number>((total, item) => total + bytesOf(item), 0);
}

/** Whether a value is a Buffer, or a Uint8Array that shows all of its memory, of so many bytes at most. */
export function isBareBytes(value: unknown, most: number): value is Uint8Array {
  if (!types.isUint8Array(value) || value.length > most || !isFixed(value.buffer)) return false;
  // It may have been moved away, which is for structured clone to say.
  if (value.length === 0) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Buffer.prototype) return true;
  return prototype === Uint8Array.prototype && value.length === value.buffer.byteLength;
}

/** Sees bytes as a Buffer. */
export function bufferOver(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Copies bytes into memory of their own, which need not be cleared first: by `copy`, as `set` out of shared memory goes
 * word by word.
 */
export function copyBytes(bytes: Buffer, start = 0, end = bytes.length): Buffer {
  const copy = Buffer.allocUnsafeSlow(end - start);
  bytes.copy(copy, 0, start, end);
  return copy;
}

/**
 * Copies a value once, so that its buffers can be moved: structured clone would copy them twice.
 *
 * @param value Buffers, views of them and plain data, or a list of these.
 * @returns The copy; `undefined` where it is anything else.
 */
export function copyToMove(value: unknown): Rebuilt | undefined {
  const parts = partsOf(value);
  return parts && rebuild(value, parts, copyOf);
}

/**
 * Moves buffers within this thread, and copies the rest: the buffers are empty where they were.
 *
 * @param value Buffers, views of them and plain data, or a list of these.
 * @param moved What moves: all buffers that there are.
 * @returns The value over the moved buffers; `undefined` where it is anything else, and then nothing has moved.
 */
export function moveHere(value: unknown, moved: readonly unknown[]): Rebuilt | undefined {
  const parts = partsOf(value);
  if (parts === undefined || !moved.every(canMove)) return undefined;
  for (const part of parts) if ('buffer' in part && !moved.includes(part.buffer)) return undefined;
  return rebuild(value, parts, (buffer) => (buffer as MovableBuffer).transfer());
}

function rebuild(value: unknown, parts: readonly Part[], replace: (buffer: ArrayBuffer) => ArrayBuffer): Rebuilt {
  const replaced = new Map<ArrayBuffer, ArrayBuffer>();
  const items = parts.map((part) => {
    if ('plain' in part) return part.plain;
    const buffer = replaced.get(part.buffer) ?? replace(part.buffer);
    replaced.set(part.buffer, buffer);
    return part.view === undefined ? buffer : new part.view[0](buffer, part.view[1], part.view[2]);
  });
  return { value: Array.isArray(value) ? items : items[0], buffers: [...replaced.values()] };
}

function partsOf(value: unknown): Part[] | undefined {
  const items = Array.isArray(value) ? (value as unknown[]) : [value];
  if (items.length > MAX_ITEMS || (items === value && !isBareList(items))) return undefined;
  const parts: Part[] = [];
  for (const [at, item] of items.entries()) {
    const part = partOf(item);
    // One object in two places is one object on the other side too.
    if (part === undefined || ('plain' in part && isObject(item) && items.indexOf(item) < at)) return undefined;
    parts.push(part);
  }
  return parts;
}

function partOf(value: unknown): Part | undefined {
  if (!isObject(value)) return { plain: value };
  if (isFixed(value)) return { buffer: value };
  const type = viewClasses.get(Object.getPrototypeOf(value));
  if (type !== undefined && ArrayBuffer.isView(value)) {
    const { buffer, byteOffset } = value;
    const length = value instanceof DataView ? value.byteLength : (value as Uint8Array).length;
    return isFixed(buffer) ? { buffer, view: [type, byteOffset, length] } : undefined;
  }
  return isJsonExact(value) ? { plain: JSON.parse(JSON.stringify(value)) as unknown } : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

// Named properties cross, and holes stay holes.
function isBareList(list: readonly unknown[]): boolean {
  return Object.getPrototypeOf(list) === Array.prototype && Object.keys(list).length === list.length;
}

function bytesOf(value: unknown): number {
  return ArrayBuffer.isView(value) || types.isArrayBuffer(value) ? value.byteLength : 0;
}

// A buffer that can grow must still be able to do so on the other side.
function isFixed(value: object): value is ArrayBuffer {
  return types.isArrayBuffer(value) && (value as { resizable?: boolean }).resizable !== true;
}

/** What Node 20 lacks. */
interface MovableBuffer extends ArrayBuffer {
  transfer(): ArrayBuffer;
}

// Where somebody said that a buffer must stay, as Node does of the one that small Buffers share, structured clone says so.
function canMove(value: unknown): boolean {
  if (!isObject(value) || !isFixed(value)) return false;
  return typeof (value as Partial<MovableBuffer>).transfer === 'function' && !isMarkedAsUntransferable(value);
}

function copyOf(buffer: ArrayBuffer): ArrayBuffer {
  return copyBytes(Buffer.from(buffer)).buffer as ArrayBuffer;
}
