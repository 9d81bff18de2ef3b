import type { CellMemory } from './cell-memory.ts';
import { AT_STATE } from './layout.ts';

/** Where messages lie, in the words of a cell. */
export const AT_HEAD_CHUNK = AT_STATE + 16;
export const AT_HEAD_OFFSET = AT_STATE + 17;
export const AT_TAIL_CHUNK = AT_STATE + 18;
export const AT_TAIL_OFFSET = AT_STATE + 19;
/** 0, or 1 + a chunk to be used again. */
export const AT_SPARE = AT_STATE + 20;
/** The last number given to a chunk or to a message in a segment of its own. */
export const AT_LAST_ID = AT_STATE + 21;

/** A chunk begins with the number of the next one and the end of its last message. */
export const CHUNK_START = 16;
const AT_NEXT = 0;
const AT_END = 1;
/** A message begins with its length and where it is. */
const HEADER = 8;
const HERE = 0;
const MAX_SPARE = 1024 * 1024;

/** What gives memory to a store. */
export interface Chunks {
  /** A chunk's bytes. */
  get(id: number): Buffer;
  /**
   * Makes a chunk. One of the same number, left by somebody who died, is replaced.
   *
   * @param least How many bytes it has to have.
   */
  create(id: number, least: number): Buffer;
  /** Gives a chunk back, and a message's own segment. */
  drop(id: number): void;
}

/** A message on its way: its bytes, or the number of a segment with nothing else in it. */
export interface Message {
  readonly bytes?: Uint8Array | undefined;
  readonly segment?: number | undefined;
  readonly length: number;
}

/**
 * Messages in order, in chunks of memory that are chained: readers eat the first, writers fill the last.
 *
 * What lies between the two offsets counts; only the words of the cell are changed in a way that can be undone.
 */
export class MessageStore {
  readonly #chunks: Chunks;

  constructor(chunks: Chunks) {
    this.#chunks = chunks;
  }

  append(memory: CellMemory, message: Message): void {
    const { words } = memory;
    const body = message.bytes?.length ?? 0;
    const needed = align(HEADER + body);
    let id = words[AT_TAIL_CHUNK] as number;
    let chunk = this.#chunks.get(id);
    let offset = words[AT_TAIL_OFFSET] as number;
    if (offset + needed > chunk.length) {
      const next = this.#nextChunk(memory, needed + CHUNK_START);
      // Asked for again: opening the next one may have closed it.
      const last = this.#chunks.get(id);
      last.writeInt32LE(next.id, AT_NEXT * 4);
      last.writeInt32LE(offset, AT_END * 4);
      ({ id, chunk } = next);
      offset = CHUNK_START;
      memory.set(AT_TAIL_CHUNK, id);
    }
    chunk.writeInt32LE(message.length, offset);
    chunk.writeInt32LE(message.segment ?? HERE, offset + 4);
    if (message.bytes) chunk.set(message.bytes, offset + HEADER);
    memory.set(AT_TAIL_OFFSET, offset + needed);
  }

  /** Takes the first message; there must be one. */
  take(memory: CellMemory): Message {
    const { words } = memory;
    let id = words[AT_HEAD_CHUNK] as number;
    let chunk = this.#chunks.get(id);
    let offset = words[AT_HEAD_OFFSET] as number;
    if (id !== words[AT_TAIL_CHUNK] && offset === chunk.readInt32LE(AT_END * 4)) {
      const next = chunk.readInt32LE(AT_NEXT * 4);
      this.#retire(memory, id);
      id = next;
      chunk = this.#chunks.get(id);
      offset = CHUNK_START;
      memory.set(AT_HEAD_CHUNK, id);
    }
    const length = chunk.readInt32LE(offset);
    const segment = chunk.readInt32LE(offset + 4);
    const bytes = segment === HERE ? Buffer.from(chunk.subarray(offset + HEADER, offset + HEADER + length)) : undefined;
    memory.set(AT_HEAD_OFFSET, offset + align(HEADER + (bytes?.length ?? 0)));
    return { bytes, segment: segment === HERE ? undefined : segment, length };
  }

  /** Starts the last chunk afresh, when nothing is stored. */
  rewind(memory: CellMemory): void {
    const { words } = memory;
    if (words[AT_HEAD_CHUNK] !== words[AT_TAIL_CHUNK]) this.#retire(memory, words[AT_HEAD_CHUNK] as number);
    memory.set(AT_HEAD_CHUNK, words[AT_TAIL_CHUNK] as number);
    memory.set(AT_HEAD_OFFSET, CHUNK_START);
    memory.set(AT_TAIL_OFFSET, CHUNK_START);
  }

  /** Gives back the segment of a message, and of one that was never sent. */
  drop(memory: CellMemory, segment: number): void {
    memory.afterwards.push(() => this.#chunks.drop(segment));
  }

  #nextChunk(memory: CellMemory, least: number): { id: number; chunk: Buffer } {
    const spare = (memory.words[AT_SPARE] as number) - 1;
    if (spare >= 0) {
      const chunk = this.#chunks.get(spare);
      if (chunk.length >= least) {
        memory.set(AT_SPARE, 0);
        return { id: spare, chunk };
      }
    }
    // Not in the journal: others take numbers without the latch.
    const id = Atomics.add(memory.words, AT_LAST_ID, 1) + 1;
    return { id, chunk: this.#chunks.create(id, least) };
  }

  #retire(memory: CellMemory, id: number): void {
    // One made for a single large message is not kept.
    if (memory.words[AT_SPARE] === 0 && this.#chunks.get(id).length <= MAX_SPARE) memory.set(AT_SPARE, id + 1);
    else if (id !== 0) this.drop(memory, id);
  }
}

function align(length: number): number {
  return (length + 7) & ~7;
}
