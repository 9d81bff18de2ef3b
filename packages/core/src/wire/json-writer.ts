import { MAX_DEPTH, hasCommonToJson, isExactNumber, isList, isNew, isPlain, isPlainArray } from './json-exact.ts';

/** The most bytes that are written: more are written faster by JSON itself. */
const MOST_BYTES = 256;
/** How many values are not tried after one that could not be written. */
const SKIPPED = 15;
/** Integers below this are written digit by digit. */
const BY_DIGITS = 1e9;
const ZERO = 0x30;
const COMMA = 0x2c;
const COLON = 0x3a;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FIRST_PRINTED = 0x20;
const LAST_PRINTED = 0x7e;

/**
 * Writes small plain data as JSON text, if that carries it exactly (see `isJsonExact`) and is ASCII without escapes.
 *
 * It looks and writes in one pass, which takes half as long as to look first and to let JSON write.
 */
export class JsonWriter {
  /** What was written, until the writer is let go. */
  readonly bytes: Buffer = Buffer.allocUnsafeSlow(MOST_BYTES);
  #at = 0;
  #seen: object[] = [];
  #skip = 0;
  #held = false;

  /**
   * Writes a value at the beginning of `bytes`. The writer is held from then on: it writes nothing until it is let go.
   *
   * @returns How many bytes there are, or 0 if the value must be written otherwise: then the writer is not held.
   */
  write(value: object): number {
    if (this.#held) return 0;
    if (this.#skip > 0) {
      this.#skip -= 1;
      return 0;
    }
    // Also while it writes: a getter may want to write as well.
    this.#held = true;
    this.#at = 0;
    this.#held = this.#tryWrite(value);
    if (this.#seen.length > 0) this.#seen = [];
    if (!this.#held) this.#skip = SKIPPED;
    return this.#held ? this.#at : 0;
  }

  /** Says that what was written is not needed any more. */
  letGo(): void {
    this.#held = false;
  }

  #tryWrite(value: object): boolean {
    try {
      // What is written beyond the end is lost, and noticed here.
      return this.#object(value, 1) && this.#at <= MOST_BYTES && !hasCommonToJson();
    } catch {
      // A getter threw: whoever takes the value apart says where.
      return false;
    }
  }

  #value(value: unknown, depth: number): boolean {
    switch (typeof value) {
      case 'string':
        return this.#text(value);
      case 'boolean':
        return this.#word(value ? 'true' : 'false');
      case 'number':
        return this.#number(value);
      case 'object':
        return value === null ? this.#word('null') : depth < MAX_DEPTH && this.#object(value, depth + 1);
      default:
        return false;
    }
  }

  #object(value: object, depth: number): boolean {
    if (this.#at >= MOST_BYTES || !isNew(value, this.#seen)) return false;
    return Array.isArray(value) ? this.#array(value, depth) : isPlain(value) && this.#fields(value, depth);
  }

  #array(value: unknown[], depth: number): boolean {
    if (!isPlainArray(value)) return false;
    let mark = '['.charCodeAt(0);
    for (let index = 0; index < value.length; index += 1) {
      this.bytes[this.#at++] = mark;
      if (!this.#value(value[index], depth)) return false;
      mark = COMMA;
    }
    if (mark !== COMMA) this.bytes[this.#at++] = mark;
    this.bytes[this.#at++] = ']'.charCodeAt(0);
    return isList(value);
  }

  #fields(value: object, depth: number): boolean {
    const fields = value as Record<string, unknown>;
    let mark = '{'.charCodeAt(0);
    for (const key in fields) {
      this.bytes[this.#at++] = mark;
      if (key === '__proto__' || !this.#text(key)) return false;
      this.bytes[this.#at++] = COLON;
      if (!this.#value(fields[key], depth)) return false;
      mark = COMMA;
    }
    if (mark !== COMMA) this.bytes[this.#at++] = mark;
    this.bytes[this.#at++] = '}'.charCodeAt(0);
    return true;
  }

  #text(text: string): boolean {
    const { bytes } = this;
    let at = this.#at;
    if (at + text.length > MOST_BYTES) return false;
    bytes[at++] = QUOTE;
    for (let index = 0; index < text.length; index += 1) {
      const unit = text.charCodeAt(index);
      if (unit < FIRST_PRINTED || unit > LAST_PRINTED || unit === QUOTE || unit === BACKSLASH) return false;
      bytes[at++] = unit;
    }
    bytes[at++] = QUOTE;
    this.#at = at;
    return true;
  }

  #number(value: number): boolean {
    if ((value | 0) !== value || value <= 0 || value >= BY_DIGITS)
      return isExactNumber(value) && this.#word(String(value));
    let end = this.#at + 1;
    for (let power = 10; power <= value; power *= 10) end += 1;
    this.#at = end;
    for (let rest = value; rest > 0;) {
      const tenth = (rest / 10) | 0;
      end -= 1;
      this.bytes[end] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    return true;
  }

  #word(word: string): boolean {
    for (let index = 0; index < word.length; index += 1) this.bytes[this.#at++] = word.charCodeAt(index);
    return true;
  }
}
