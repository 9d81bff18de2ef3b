import { QueueFullError } from '@weft/core';

/** The most that an arena grows to, in bytes. So much address space is set aside for each, and no memory. */
const MAX_BYTES = 2 ** 32;
const FIRST_BYTES = 16_384;
const SMALLEST = 16;

// The first words an arena keeps in its owner's memory: how far it is used; then one list of free blocks for each size.
const USED = 0;
const FREE = 1;

/**
 * Blocks of shared memory of any size, named by the place of their first word.
 *
 * Every method wants the latch of the owner held. A block that a thread has taken when it dies is lost, no more.
 */
export class Arena {
  readonly buffer: SharedArrayBuffer;
  readonly #state: Int32Array;
  readonly #at: number;
  #words: Int32Array;
  #numbers: Float64Array;
  #bytes: Buffer;

  /**
   * @param state The owner's memory.
   * @param at Where the arena's words begin in it.
   * @param buffer The arena's own memory, if it exists already.
   */
  constructor(state: Int32Array, at: number, buffer = reserve()) {
    this.buffer = buffer;
    this.#state = state;
    this.#at = at;
    this.#words = new Int32Array(buffer, 0, FIRST_BYTES / 4);
    this.#numbers = new Float64Array(buffer, 0, FIRST_BYTES / 8);
    this.#bytes = Buffer.from(buffer, 0, FIRST_BYTES);
    Atomics.compareExchange(state, at + USED, 0, SMALLEST);
  }

  /** The memory as 32-bit words, up to `end` at least. */
  words(end: number): Int32Array {
    if (end > this.#words.length) this.#look();
    return this.#words;
  }

  /** The memory as doubles, up to the word `end` at least. */
  numbers(end: number): Float64Array {
    if (end > this.#words.length) this.#look();
    return this.#numbers;
  }

  /** The memory as bytes, up to the word `end` at least. */
  bytes(end: number): Buffer {
    if (end > this.#words.length) this.#look();
    return this.#bytes;
  }

  /**
   * Takes a block.
   *
   * @throws {QueueFullError} If there is no memory left.
   */
  take(words: number): number {
    const size = sizeOf(words);
    const list = this.#at + FREE + classOf(size);
    const free = this.#state[list] as number;
    if (free !== 0) {
      this.#state[list] = this.words(free + size)[free] as number;
      return free;
    }
    const at = this.#state[this.#at + USED] as number;
    this.#reach((at + size) * 4);
    this.#state[this.#at + USED] = at + size;
    return at;
  }

  /** Gives a block back. */
  give(at: number, words: number): void {
    const size = sizeOf(words);
    const list = this.#at + FREE + classOf(size);
    this.words(at + size)[at] = this.#state[list] as number;
    this.#state[list] = at;
  }

  #reach(bytes: number): void {
    if (bytes <= this.buffer.byteLength) return;
    const { maxByteLength } = this.buffer as { maxByteLength: number };
    if (bytes > maxByteLength)
      throw new QueueFullError(`Cannot put an item: the queue would need more than ${maxByteLength} bytes`);
    this.buffer.grow(
      Math.min(maxByteLength, Math.ceil(Math.max(bytes, this.buffer.byteLength * 2) / FIRST_BYTES) * FIRST_BYTES),
    );
  }

  // Views do not grow with the memory: those that do are slower.
  #look(): void {
    const bytes = this.buffer.byteLength;
    this.#words = new Int32Array(this.buffer, 0, bytes / 4);
    this.#numbers = new Float64Array(this.buffer, 0, bytes / 8);
    this.#bytes = Buffer.from(this.buffer, 0, bytes);
  }
}

// Sizes are powers of two and the numbers halfway between: 16, 24, 32, 48, …
function sizeOf(words: number): number {
  if (words <= SMALLEST) return SMALLEST;
  const power = 2 ** Math.ceil(Math.log2(words));
  return words <= power * 0.75 ? power * 0.75 : power;
}

function classOf(size: number): number {
  const log = Math.log2(size);
  return Number.isInteger(log) ? (log - 4) * 2 : (Math.floor(log) - 4) * 2 + 1;
}

function reserve(): SharedArrayBuffer {
  for (let max = MAX_BYTES; ; max /= 4) {
    try {
      return new SharedArrayBuffer(FIRST_BYTES, { maxByteLength: max });
    } catch (error) {
      // Not every system sets so much address space aside for the asking.
      if (max <= FIRST_BYTES * 16) throw error;
    }
  }
}
