import { encodeTextInto, encodedTextSize } from '@weft/core/lowlevel';
import { FRAME_HEAD, type FrameMemory, RECORD_HEAD, align, frameMemory } from './frames.ts';

const INITIAL_SIZE = 65_536;
/** A larger buffer is not kept. */
const KEPT_SIZE = 1 << 20;

/** Collects records into a frame. */
export class FrameWriter {
  #memory: FrameMemory = frameMemory(new ArrayBuffer(INITIAL_SIZE));
  #end = FRAME_HEAD;

  /** Whether there is nothing to send. */
  get isEmpty(): boolean {
    return this.#end === FRAME_HEAD;
  }

  /** How large the frame is so far. */
  get size(): number {
    return this.#end;
  }

  /** The memory to write a record's contents into, until the next record begins. */
  get memory(): FrameMemory {
    return this.#memory;
  }

  /**
   * Begins a record.
   *
   * @returns Where in `memory` its contents go.
   */
  begin(kind: number, index: number, id: number, length: number): number {
    const size = align(RECORD_HEAD + length);
    if (this.#end + size > this.#memory.bytes.length) this.#grow(this.#end + size);
    const at = this.#end;
    const { words } = this.#memory;
    words[at >>> 2] = size;
    words[(at >>> 2) + 1] = kind | (index << 8);
    words[(at >>> 2) + 2] = id;
    words[(at >>> 2) + 3] = length;
    this.#end = at + size;
    return at + RECORD_HEAD;
  }

  /** Adds a record that holds an encoded text, written where it will be sent from. */
  addText(kind: number, index: number, id: number, text: string): void {
    const size = encodedTextSize(text);
    const start = this.begin(kind, index, id, size);
    encodeTextInto(text, size, this.#memory.bytes, start);
  }

  /** Adds a record that holds bytes. */
  add(kind: number, index: number, id: number, bytes: Uint8Array): void {
    const start = this.begin(kind, index, id, bytes.length);
    this.#memory.bytes.set(bytes, start);
  }

  /** Finishes the frame. Its bytes are good until {@link reuse} or {@link renew}, one of which comes next. */
  finish(note = 0): Buffer {
    const { words, bytes } = this.#memory;
    words[0] = this.#end;
    words[1] = note;
    return bytes.subarray(0, this.#end);
  }

  /** Begins the next frame, in the same memory if it is not too large. */
  reuse(): void {
    if (this.#memory.bytes.length > KEPT_SIZE) this.renew();
    this.#end = FRAME_HEAD;
  }

  /** Begins the next frame in new memory: the old one is still being sent. */
  renew(): void {
    this.#memory = frameMemory(new ArrayBuffer(INITIAL_SIZE));
    this.#end = FRAME_HEAD;
  }

  #grow(needed: number): void {
    let size = this.#memory.bytes.length * 2;
    while (size < needed) size *= 2;
    const larger = frameMemory(new ArrayBuffer(size));
    larger.bytes.set(this.#memory.bytes.subarray(0, this.#end));
    this.#memory = larger;
  }
}
