import { EndOfStreamError } from '@weft/core';
import { countLarge } from '@weft/core/lowlevel';

/** Messages begin with their length; longer ones with -1 and the length in 8 bytes, as Python's connections do. */
const SHORT_HEAD = 4;
const LONG_HEAD = 12;
const MAX_SHORT = 0x7fffffff;

/** The bytes before a message. */
export function frameHead(length: number): Buffer {
  const isLong = length > MAX_SHORT;
  const head = Buffer.allocUnsafe(isLong ? LONG_HEAD : SHORT_HEAD);
  head.writeInt32BE(isLong ? -1 : length);
  if (isLong) head.writeBigUInt64BE(BigInt(length), SHORT_HEAD);
  return head;
}

/** Cuts what a stream brings into messages. */
export class FrameReader {
  /** Messages longer than this are refused; for as long as nobody knows who sends them. */
  maxLength = Infinity;
  readonly #chunks: Buffer[] = [];
  #size = 0;

  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
  }

  /** How many bytes wait to be cut. */
  get size(): number {
    return this.#size;
  }

  /**
   * The next whole message, if it is there.
   *
   * @throws {EndOfStreamError} If what came cannot be a message.
   */
  next(): Buffer | undefined {
    const head = this.#head();
    if (head === undefined) return undefined;
    const { length, size } = head;
    if (!(length >= 0 && length <= this.maxLength))
      throw new EndOfStreamError(`Cannot receive a message of ${length} bytes`);
    if (this.#size < size + length) return undefined;
    this.#take(size);
    countLarge(length);
    return this.#take(length);
  }

  #head(): { length: number; size: number } | undefined {
    if (this.#size < SHORT_HEAD) return undefined;
    const length = this.#peek(SHORT_HEAD).readInt32BE();
    if (length !== -1) return { length, size: SHORT_HEAD };
    if (this.#size < LONG_HEAD) return undefined;
    return { length: Number(this.#peek(LONG_HEAD).readBigUInt64BE(SHORT_HEAD)), size: LONG_HEAD };
  }

  #peek(length: number): Buffer {
    const [first] = this.#chunks;
    return first !== undefined && first.length >= length
      ? first
      : Buffer.concat(this.#chunks, Math.min(this.#size, length));
  }

  #take(length: number): Buffer {
    const first = this.#chunks[0] ?? Buffer.alloc(0);
    this.#size -= length;
    if (first.length > length) {
      this.#chunks[0] = first.subarray(length);
      return first.subarray(0, length);
    }
    const parts: Buffer[] = [];
    let missing = length;
    while (missing > 0) {
      const chunk = this.#chunks.shift() as Buffer;
      parts.push(chunk.subarray(0, missing));
      if (chunk.length > missing) this.#chunks.unshift(chunk.subarray(missing));
      missing -= Math.min(missing, chunk.length);
    }
    return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, length);
  }
}
