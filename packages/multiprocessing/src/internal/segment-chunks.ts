import { closeSync, openSync, readSync, readdirSync } from 'node:fs';
import { SHARED_MEMORY_FOLDER, removeFile } from './resource-tracker.ts';
import { CELL_BYTES } from './layout.ts';
import type { Chunks } from './message-store.ts';
import { Segment } from './segment.ts';
import { MAX_STEP, writeAll } from './write-all.ts';

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
    const name = this.#nameOf(id);
    removeFile(pathOf(name));
    return this.#add(id, Segment.create(CHUNK_BYTES, name));
  }

  drop(id: number): void {
    removeFile(pathOf(this.#nameOf(id)));
    this.#close(id);
  }

  /**
   * Writes a message into a file of its own. To map it first would cost a page fault for every page, on both sides.
   *
   * @throws {Error} With the code `ENOSPC` if there is not enough memory.
   */
  write(id: number, bytes: Uint8Array): void {
    const path = pathOf(this.#nameOf(id));
    // One of the same number, left by somebody who died.
    removeFile(path);
    const fd = openSync(path, 'wx', 0o600);
    try {
      writeAll(fd, bytes);
    } catch (error) {
      removeFile(path);
      throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? noMemoryFor(bytes.length, error) : error;
    } finally {
      closeSync(fd);
    }
  }

  /** Reads what was written there, into memory of its own. */
  read(id: number, length: number): Buffer {
    const bytes = Buffer.allocUnsafeSlow(length);
    const fd = openSync(pathOf(this.#nameOf(id)), 'r');
    try {
      for (let at = 0; at < length;) {
        const count = readSync(fd, bytes, at, Math.min(length - at, MAX_STEP), at);
        if (count === 0) throw new Error(`Cannot read a message of ${length} bytes: only ${at} are there`);
        at += count;
      }
    } finally {
      closeSync(fd);
    }
    return bytes;
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
    if (file.startsWith(`${cell}.`)) removeFile(pathOf(file));
  }
}

function noMemoryFor(size: number, cause: unknown): Error {
  const message = `Cannot send a message of ${size} bytes: there is not enough shared memory`;
  return Object.assign(new Error(message, { cause }), { code: 'ENOSPC' });
}

function pathOf(name: string): string {
  return `${SHARED_MEMORY_FOLDER}/${name}`;
}
