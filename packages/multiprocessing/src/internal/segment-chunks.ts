import { readdirSync } from 'node:fs';
import { SHARED_MEMORY_FOLDER, removeFile } from './resource-tracker.ts';
import { CELL_BYTES } from './layout.ts';
import type { Chunks } from './message-store.ts';
import { Segment } from './segment.ts';

const CHUNK_BYTES = 256 * 1024;
const MAX_OPEN = 4;

/** Chunks in segments named after the cell; the first one is in the cell's own segment. */
export class SegmentChunks implements Chunks {
  readonly #cell: Segment;
  readonly #first: Buffer;
  readonly #open = new Map<number, { segment: Segment; bytes: Buffer }>();

  constructor(cell: Segment) {
    this.#cell = cell;
    this.#first = Buffer.from(cell.buffer, CELL_BYTES);
  }

  get(id: number): Buffer {
    if (id === 0) return this.#first;
    return this.#open.get(id)?.bytes ?? this.#add(id, Segment.open(this.#nameOf(id)));
  }

  create(id: number): Buffer {
    return this.#add(id, this.createSegment(id, CHUNK_BYTES));
  }

  drop(id: number): void {
    removeFile(`${SHARED_MEMORY_FOLDER}/${this.#nameOf(id)}`);
    this.#close(id);
  }

  /** A segment for one message. */
  createSegment(id: number, size: number): Segment {
    const name = this.#nameOf(id);
    removeFile(`${SHARED_MEMORY_FOLDER}/${name}`);
    return Segment.create(size, name);
  }

  openSegment(id: number): Segment {
    return Segment.open(this.#nameOf(id));
  }

  #add(id: number, segment: Segment): Buffer {
    for (const other of this.#open.keys()) {
      if (this.#open.size < MAX_OPEN) break;
      this.#close(other);
    }
    const bytes = Buffer.from(segment.buffer);
    this.#open.set(id, { segment, bytes });
    return bytes;
  }

  #close(id: number): void {
    this.#open.get(id)?.segment.close();
    this.#open.delete(id);
  }

  #nameOf(id: number): string {
    return `${this.#cell.name}.${id}`;
  }
}

/** Removes what is left of a cell's chunks. */
export function removeChunks(cell: string): void {
  for (const file of readdirSync(SHARED_MEMORY_FOLDER)) {
    if (file.startsWith(`${cell}.`)) removeFile(`${SHARED_MEMORY_FOLDER}/${file}`);
  }
}
