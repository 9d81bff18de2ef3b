import type { Chunks } from './message-store.ts';

const LEAST_BYTES = 256 * 1024;

/** Chunks in the memory of one process. */
export class HeapChunks implements Chunks {
  readonly #chunks = new Map<number, Buffer>([[0, Buffer.alloc(LEAST_BYTES)]]);

  get(id: number): Buffer {
    return this.#chunks.get(id) as Buffer;
  }

  create(id: number, least: number): Buffer {
    const chunk = Buffer.alloc(Math.max(LEAST_BYTES, least));
    this.#chunks.set(id, chunk);
    return chunk;
  }

  drop(id: number): void {
    this.#chunks.delete(id);
  }
}
