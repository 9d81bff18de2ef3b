import { Form } from './clone-bytes.ts';

/** The longest array that V8 makes with room for all its items; a longer one is a table of those that it has. */
const MAX_ROOM = 2 ** 25;
/** How many empty items the arrays of one message may have: memory of 256 MiB. */
const MAX_EMPTY = MAX_ROOM;

/** What follows a token, before the next one. */
const Follows = { Nothing: 1, Number: 2, Numbers: 3, Double: 4, Digits: 5, Bytes: 6, Resizable: 7, View: 8, Holes: 9 };

const SPARSE = 'a'.charCodeAt(0);
const REGEXP = 'R'.charCodeAt(0);

/** Of each token of V8's format, what follows it; 0 for what is none, or is nothing that `clone-bytes` writes. */
const follows = new Uint8Array(256);
for (const [tokens, kind] of [
  ["\0-_0TFxyo;'sR", Follows.Nothing],
  ['IU^A{:,', Follows.Number],
  ['$@', Follows.Numbers],
  ['NDn', Follows.Double],
  ['Zz', Follows.Digits],
  ['"cSB', Follows.Bytes],
  ['~', Follows.Resizable],
  ['\\', Follows.View],
  ['a', Follows.Holes],
] as const) {
  for (const token of tokens) follows[token.charCodeAt(0)] = kind;
}

/**
 * Refuses bytes in which an array says that it is long without having the items: an array with holes is made at its full
 * length before its items are read, so that a few damaged bytes could take all memory.
 *
 * It goes from token to token without regard for how they nest: the deserialiser will see to that.
 *
 * @throws {RangeError} If there are too many empty items, or a token is none.
 * @see https://chromium.googlesource.com/v8/v8/+/main/src/objects/value-serializer.cc
 */
export function refuseVastArrays(bytes: Uint8Array): void {
  if (!bytes.includes(SPARSE)) return;
  const reader = new TokenReader(bytes);
  let empty = -bytes.length;
  while (!reader.done) {
    const length = reader.next();
    if (length <= MAX_ROOM) empty += length;
    if (empty > MAX_EMPTY) throw new RangeError('Its arrays are longer than what they hold');
  }
}

class TokenReader {
  readonly #bytes: Uint8Array;
  #at = 1;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    // Until version 13 some tokens had other things after them.
    if (bytes[0] !== 0xff || this.#number() < 13) throw new RangeError('It has no header');
  }

  get done(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Goes over one token and what follows it, and gives the length of an array with holes, 0 for anything else. */
  next(): number {
    const token = this.#bytes[this.#at++] as number;
    switch (follows[token]) {
      case Follows.Nothing:
        if (token === REGEXP) this.#regExp();
        return 0;
      case Follows.Number:
        this.#number();
        return 0;
      case Follows.Numbers:
        this.#number();
        this.#number();
        return 0;
      case Follows.Double:
        return this.#skip(Float64Array.BYTES_PER_ELEMENT);
      case Follows.Digits:
        return this.#skip(this.#number() >>> 1);
      case Follows.Bytes:
        return this.#skip(this.#number());
      case Follows.Resizable: {
        const length = this.#number();
        this.#number();
        return this.#skip(length);
      }
      case Follows.View:
        // Its class, its form, and its bytes, or where it lies in the buffer that is the next token.
        this.#number();
        return this.#view(this.#number());
      case Follows.Holes:
        return this.#number();
      default:
        throw new RangeError(`It holds ${token} where a token should be`);
    }
  }

  #view(form: number): 0 {
    if (form === Form.Part) return this.#skip(this.#number());
    if (form !== Form.Within) return 0;
    this.#number();
    this.#number();
    return 0;
  }

  // Its text, which may have a byte before it to be aligned, and its flags.
  #regExp(): void {
    while (this.#bytes[this.#at] === 0) this.#at += 1;
    this.next();
    this.#number();
  }

  #skip(length: number): 0 {
    this.#at += length;
    return 0;
  }

  // Seven bits a byte, the low ones first.
  #number(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#bytes[this.#at++];
      if (byte === undefined) throw new RangeError('It ends in a number');
      if (shift < 32) value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }
}
