const EMPTY = Buffer.alloc(0);
/** How many chunks that are taken may lie about. */
const MOST_TAKEN = 256;

/** Received bytes, as the chunks in which they came: nothing is copied unless a read spans several. */
export class ByteBuffer {
  /** Those before `#first` are taken. */
  #chunks: Buffer[] = [];
  #first = 0;
  /** How many bytes there are. */
  length = 0;

  append(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#chunks.push(chunk);
    this.length += chunk.length;
  }

  /** Puts back what was taken last. */
  prepend(chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (this.#first > 0) this.#chunks[(this.#first -= 1)] = chunk;
    else this.#chunks.unshift(chunk);
    this.length += chunk.length;
  }

  /** Takes the first `count` bytes; there are as many. */
  take(count: number): Buffer {
    if (count === 0) return EMPTY;
    const first = this.#chunks[this.#first] as Buffer;
    this.length -= count;
    if (first.length > count) {
      this.#chunks[this.#first] = first.subarray(count);
      return first.subarray(0, count);
    }
    this.#drop();
    if (first.length === count) return first;
    return this.#gather(first, count);
  }

  /**
   * Where the first of some separators begins, and how long it is.
   *
   * @param from Before this offset none begins.
   */
  find(separators: readonly Buffer[], from: number): { at: number; length: number } | undefined {
    const [only] = separators as [Buffer, ...Buffer[]];
    if (separators.length === 1 && only.length === 1) {
      const at = this.#findByte(only[0] as number, from);
      return at < 0 ? undefined : { at, length: 1 };
    }
    let found: { at: number; length: number } | undefined;
    const bytes = this.#join();
    for (const separator of separators) {
      const at = bytes.indexOf(separator, from);
      // The one that ends first wins, as whoever reads byte by byte would see it.
      if (at >= 0 && (found === undefined || at + separator.length < found.at + found.length))
        found = { at, length: separator.length };
    }
    return found;
  }

  #findByte(byte: number, from: number): number {
    let offset = 0;
    for (let i = this.#first; i < this.#chunks.length; i += 1) {
      const chunk = this.#chunks[i] as Buffer;
      if (offset + chunk.length > from) {
        const at = chunk.indexOf(byte, Math.max(0, from - offset));
        if (at >= 0) return offset + at;
      }
      offset += chunk.length;
    }
    return -1;
  }

  #gather(first: Buffer, count: number): Buffer {
    const parts = [first];
    for (let missing = count - first.length; missing > 0;) {
      const chunk = this.#chunks[this.#first] as Buffer;
      if (chunk.length > missing) {
        parts.push(chunk.subarray(0, missing));
        this.#chunks[this.#first] = chunk.subarray(missing);
        break;
      }
      parts.push(chunk);
      this.#drop();
      missing -= chunk.length;
    }
    return Buffer.concat(parts, count);
  }

  /** Moves past the first chunk, and now and then throws away what is behind: shifting each would copy the rest. */
  #drop(): void {
    this.#chunks[this.#first] = EMPTY;
    this.#first += 1;
    if (this.#first < this.#chunks.length && (this.#first < MOST_TAKEN || this.#first * 2 < this.#chunks.length))
      return;
    this.#chunks.splice(0, this.#first);
    this.#first = 0;
  }

  #join(): Buffer {
    if (this.#chunks.length - this.#first > 1) {
      this.#chunks = [Buffer.concat(this.#chunks.slice(this.#first), this.length)];
      this.#first = 0;
    }
    return this.#chunks[this.#first] ?? EMPTY;
  }
}
