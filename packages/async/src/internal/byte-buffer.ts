const EMPTY = Buffer.alloc(0);
/** How many chunks that are taken may lie about. */
const MOST_TAKEN = 256;

/** Received bytes, as the chunks in which they came: nothing is copied unless a read spans several. */
export class ByteBuffer {
  /** The chunk that is read from, and from where on. Mostly there is no other. */
  #chunk: Buffer = EMPTY;
  #offset = 0;
  /** Those that came after it; the ones before `#next` are taken. */
  #later: Buffer[] = [];
  #next = 0;
  /** How many bytes there are. */
  length = 0;

  append(chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (this.length === 0) this.#chunk = chunk;
    else this.#later.push(chunk);
    this.length += chunk.length;
  }

  /** Puts back what was taken last. */
  prepend(chunk: Buffer): void {
    if (chunk.length === 0) return;
    if (this.length > 0) {
      const rest = this.#chunk.subarray(this.#offset);
      if (this.#next > 0) this.#later[(this.#next -= 1)] = rest;
      else this.#later.unshift(rest);
    }
    this.#chunk = chunk;
    this.#offset = 0;
    this.length += chunk.length;
  }

  /** Takes the first `count` bytes; there are as many. */
  take(count: number): Buffer {
    if (count === 0) return EMPTY;
    this.length -= count;
    const chunk = this.#chunk;
    const begin = this.#offset;
    const end = begin + count;
    if (end > chunk.length) return this.#gather(count);
    if (end < chunk.length) this.#offset = end;
    else this.#advance();
    return count === chunk.length ? chunk : chunk.subarray(begin, end);
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
    const bytes = this.#joinFrom(from);
    for (const separator of separators) {
      const index = bytes.indexOf(separator);
      const at = from + index;
      // The one that ends first wins, as whoever reads byte by byte would see it.
      if (index >= 0 && (found === undefined || at + separator.length < found.at + found.length))
        found = { at, length: separator.length };
    }
    return found;
  }

  #findByte(byte: number, from: number): number {
    const here = this.#chunk.indexOf(byte, this.#offset + from);
    if (here >= 0) return here - this.#offset;
    let offset = this.#chunk.length - this.#offset;
    for (let i = this.#next; i < this.#later.length; i += 1) {
      const chunk = this.#later[i] as Buffer;
      if (offset + chunk.length > from) {
        const at = chunk.indexOf(byte, Math.max(0, from - offset));
        if (at >= 0) return offset + at;
      }
      offset += chunk.length;
    }
    return -1;
  }

  #gather(count: number): Buffer {
    const parts: Buffer[] = [];
    for (let missing = count; missing > 0;) {
      const chunk = this.#chunk;
      const begin = this.#offset;
      const end = Math.min(chunk.length, begin + missing);
      parts.push(chunk.subarray(begin, end));
      missing -= end - begin;
      if (end < chunk.length) this.#offset = end;
      else this.#advance();
    }
    return Buffer.concat(parts, count);
  }

  /** Moves on to the next chunk, and now and then throws away what is taken: shifting each would copy the rest. */
  #advance(): void {
    this.#offset = 0;
    this.#chunk = EMPTY;
    const later = this.#later;
    if (this.#next === later.length) return;
    this.#chunk = later[this.#next] as Buffer;
    later[this.#next] = EMPTY;
    this.#next += 1;
    if (this.#next < later.length && (this.#next < MOST_TAKEN || this.#next * 2 < later.length)) return;
    later.splice(0, this.#next);
    this.#next = 0;
  }

  /** Makes one chunk of what is there from an offset on. What comes before, and was searched, is not copied again. */
  #joinFrom(offset: number): Buffer {
    const later = this.#later;
    let begin = this.#offset + offset;
    let chunk = this.#chunk;
    let next = this.#next;
    while (begin >= chunk.length && next < later.length) {
      begin -= chunk.length;
      chunk = later[next] as Buffer;
      next += 1;
    }
    if (next === later.length) return chunk.subarray(begin);
    const joined = Buffer.concat([chunk.subarray(begin), ...later.slice(next)]);
    later.length = next;
    if (next > this.#next) later[next - 1] = chunk.subarray(0, begin);
    else if (offset > 0) this.#chunk = chunk.subarray(0, begin);
    else {
      this.#chunk = joined;
      this.#offset = 0;
      return joined;
    }
    later.push(joined);
    return joined;
  }
}
