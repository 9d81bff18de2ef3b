import { ALIGNMENT, FRAME_HEAD, type FrameMemory, type FrameRecord, RECORD_HEAD, frameMemory } from './frames.ts';

const INITIAL_SIZE = 65_536;
/** A larger buffer is not kept. */
const KEPT_SIZE = 1 << 20;
/** What comes in memory of its own is copied up to this size: to look into such memory once costs more. */
const SMALL = 4096;

/** Takes a stream of bytes apart into records. */
export class FrameReader {
  readonly #onRecord: (record: FrameRecord) => void;
  readonly #onFrame: (note: number) => void;
  #memory: FrameMemory = frameMemory(new ArrayBuffer(INITIAL_SIZE));
  #have = 0;
  #frames = 0;
  #chunk: FrameMemory | undefined;

  /**
   * @param onRecord Gets each record; it is changed and its memory used again when this returns.
   * @param onFrame Gets the note of each frame when its records are through.
   */
  constructor(onRecord: (record: FrameRecord) => void, onFrame: (note: number) => void) {
    this.#onRecord = onRecord;
    this.#onFrame = onFrame;
  }

  /** How many frames the stream has brought. */
  get frames(): number {
    return this.#frames;
  }

  /** Takes the next bytes of the stream. */
  feed(chunk: Uint8Array, size: number = chunk.length): void {
    if (this.#have === 0 && chunk.buffer.byteLength <= SMALL) {
      this.#readCopy(chunk);
      return;
    }
    for (let at = 0; at < size;) {
      if (this.#have === 0 && size - at >= FRAME_HEAD && (chunk.byteOffset + at) % ALIGNMENT === 0) {
        const whole = this.#readInPlace(chunk, at, size);
        if (whole > 0) {
          at += whole;
          continue;
        }
      }
      at = this.#collect(chunk, at, size);
    }
  }

  #readCopy(chunk: Uint8Array): void {
    const { bytes, words } = this.#memory;
    const size = chunk.length;
    bytes.set(chunk);
    let at = 0;
    while (size - at >= FRAME_HEAD && size - at >= (words[at >>> 2] as number)) {
      const length = words[at >>> 2] as number;
      this.#frames += 1;
      this.read(this.#memory, at);
      at += length;
    }
    if (at < size) this.#collect(chunk, at, size);
  }

  // A frame that lies whole and aligned in the chunk is read there.
  #readInPlace(chunk: Uint8Array, at: number, size: number): number {
    const memory = this.#viewOf(chunk);
    const start = chunk.byteOffset + at;
    const length = memory.words[start >>> 2] as number;
    if (at + length > size) return 0;
    this.#frames += 1;
    this.read(memory, start);
    return length;
  }

  #viewOf(chunk: Uint8Array): FrameMemory {
    if (this.#chunk?.bytes.buffer !== chunk.buffer) this.#chunk = frameMemory(chunk.buffer);
    return this.#chunk;
  }

  #collect(chunk: Uint8Array, from: number, size: number): number {
    let at = from;
    if (this.#have < FRAME_HEAD) {
      at = this.#copy(chunk, at, Math.min(size, at + FRAME_HEAD - this.#have));
      if (this.#have < FRAME_HEAD) return at;
      this.#reserve(this.#memory.words[0] as number);
    }
    const length = this.#memory.words[0] as number;
    at = this.#copy(chunk, at, Math.min(size, at + length - this.#have));
    if (this.#have === length) {
      this.#have = 0;
      this.#frames += 1;
      this.read(this.#memory, 0);
      if (length > KEPT_SIZE) this.#memory = frameMemory(new ArrayBuffer(INITIAL_SIZE));
    }
    return at;
  }

  #copy(chunk: Uint8Array, from: number, to: number): number {
    this.#memory.bytes.set(chunk.subarray(from, to), this.#have);
    this.#have += to - from;
    return to;
  }

  #reserve(size: number): void {
    if (size <= this.#memory.bytes.length) return;
    const larger = frameMemory(new ArrayBuffer(size));
    larger.bytes.set(this.#memory.bytes.subarray(0, this.#have));
    this.#memory = larger;
  }

  /** Takes a frame apart that came another way and lies in memory. */
  read(memory: FrameMemory, start: number): void {
    const { words } = memory;
    const length = words[start >>> 2] as number;
    const note = words[(start >>> 2) + 1] as number;
    const record: FrameRecord = { memory, kind: 0, index: 0, id: 0, start: 0, length: 0 };
    for (let at = start + FRAME_HEAD; at < start + length;) {
      const head = at >>> 2;
      const tag = words[head + 1] as number;
      record.kind = tag & 0xff;
      record.index = tag >>> 8;
      record.id = words[head + 2] as number;
      record.length = words[head + 3] as number;
      record.start = at + RECORD_HEAD;
      at += words[head] as number;
      this.#onRecord(record);
    }
    this.#onFrame(note);
  }
}
