/**
 * How a pool and its workers talk: frames of records, in this machine's byte order. A frame is what one write holds.
 *
 * A frame begins with its size in bytes and a word that its sender uses as it likes; then come records. A record begins
 * with four words: its size, its kind and a number, an id or a count, and the length of what follows. Every size is a
 * multiple of {@link ALIGNMENT}, so that numbers can be read where they lie.
 */
export const FRAME_HEAD = 8;
export const RECORD_HEAD = 16;
export const ALIGNMENT = 8;
/** How much may follow a record's head, in bytes: the size of a frame is one word, and there may be small records beside. */
export const MAX_LENGTH = 2 ** 32 - 2 ** 20;

/** Rounds a size up, also one beyond 2^31. */
export function align(size: number): number {
  return size + ((ALIGNMENT - (size & (ALIGNMENT - 1))) & (ALIGNMENT - 1));
}

/** Memory that frames stand in, seen as bytes, as words and as numbers. Its start is aligned. */
export interface FrameMemory {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  readonly numbers: Float64Array;
}

/** Sees memory in the three ways. */
export function frameMemory(buffer: ArrayBufferLike): FrameMemory {
  return {
    bytes: Buffer.from(buffer),
    words: new Uint32Array(buffer, 0, Math.floor(buffer.byteLength / 4)),
    numbers: new Float64Array(buffer, 0, Math.floor(buffer.byteLength / 8)),
  };
}

/** Columns up to this length are written number by number: that costs less than a view of them. */
const SHORT = 32;

/** Copies the first `count` numbers of a column. */
export function writeColumn<T extends Uint32Array | Float64Array>(
  into: T,
  start: number,
  column: T,
  count: number,
): void {
  if (count > SHORT) into.set(column.subarray(0, count), start);
  else for (let at = 0; at < count; at += 1) into[start + at] = column[at] as number;
}

/** Reads `count` numbers as a list: `Array.from` would take twenty times as long. */
export function readNumbers(from: Float64Array, start: number, count: number): number[] {
  const list = new Array<number>(count);
  for (let at = 0; at < count; at += 1) list[at] = from[start + at] as number;
  return list;
}

/** What a record is, to those who read it. */
export interface FrameRecord {
  /** The memory it stands in, which is used again after the call. */
  readonly memory: FrameMemory;
  kind: number;
  /** The small number beside the kind: which function. */
  index: number;
  /** An id, or a count. */
  id: number;
  /** Where what follows the head begins, in bytes, and how long it is. */
  start: number;
  length: number;
}
