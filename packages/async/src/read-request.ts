import { IncompleteReadError } from './incomplete-read-error.ts';
import { LimitOverrunError } from './limit-overrun-error.ts';
import type { ByteBuffer } from './internal/byte-buffer.ts';

const EMPTY = Buffer.alloc(0);

/** What a reader is asked for. */
export interface ReadRequest {
  /**
   * Takes what is asked for out of the buffer.
   *
   * @param ended Whether nothing more will come.
   * @returns `undefined` if not enough is there yet.
   * @throws If it cannot be had any more.
   */
  take(buffer: ByteBuffer, ended: boolean): Buffer | undefined;
  /** What has left the buffer with the error that `take` threw; it goes back if the reader never gets that. */
  readonly lost?: Buffer;
  /** Begins anew. */
  again?(): this;
}

/** Up to so many bytes, but at least one unless the stream has ended. */
export class ReadSome implements ReadRequest {
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  take(buffer: ByteBuffer, ended: boolean): Buffer | undefined {
    return buffer.length > 0 || ended ? buffer.take(Math.min(this.#most, buffer.length)) : undefined;
  }
}

/** Everything up to the end of the stream. */
export class ReadAll implements ReadRequest {
  take(buffer: ByteBuffer, ended: boolean): Buffer | undefined {
    return ended ? buffer.take(buffer.length) : undefined;
  }
}

/** So many bytes. */
export class ReadExactly implements ReadRequest {
  readonly #count: number;
  lost: Buffer = EMPTY;

  constructor(count: number) {
    this.#count = count;
  }

  take(buffer: ByteBuffer, ended: boolean): Buffer | undefined {
    if (buffer.length >= this.#count) return buffer.take(this.#count);
    if (!ended) return undefined;
    this.lost = buffer.take(buffer.length);
    throw new IncompleteReadError(this.lost, this.#count);
  }
}

/** Up to and with a separator. */
export class ReadUntil implements ReadRequest {
  lost: Buffer = EMPTY;
  readonly #separators: readonly Buffer[];
  readonly #longest: number;
  readonly #limit: number;
  /** Before this offset no separator begins. */
  #searched = 0;

  constructor(separators: readonly Buffer[], limit: number) {
    this.#separators = separators;
    this.#longest =
      separators.length === 1 ? (separators[0] as Buffer).length : Math.max(...separators.map(({ length }) => length));
    this.#limit = limit;
  }

  take(buffer: ByteBuffer, ended: boolean): Buffer | undefined {
    const found = buffer.length > this.#searched ? buffer.find(this.#separators, this.#searched) : undefined;
    if (found !== undefined) {
      if (found.at > this.#limit) {
        throw new LimitOverrunError(
          `Cannot read up to the separator: it is ${found.at} bytes away, past the limit of ${this.#limit}`,
          found.at,
        );
      }
      return buffer.take(found.at + found.length);
    }
    this.#searched = Math.max(0, buffer.length + 1 - this.#longest);
    if (this.#searched > this.#limit) {
      throw new LimitOverrunError(
        `Cannot read up to the separator: it is not within the limit of ${this.#limit} bytes`,
        this.#searched,
      );
    }
    return ended ? this.takeRest(buffer) : undefined;
  }

  again(): this {
    this.lost = EMPTY;
    this.#searched = 0;
    return this;
  }

  /** What a reader gets that has come to the end without a separator. */
  protected takeRest(buffer: ByteBuffer): Buffer {
    this.lost = buffer.take(buffer.length);
    throw new IncompleteReadError(this.lost, undefined);
  }
}

const NEWLINES: readonly Buffer[] = [Buffer.from('\n')];

/** A line with its line feed, or what is left at the end. A line that is too long is dropped. One serves for all lines. */
export class ReadLine extends ReadUntil {
  readonly #most: number;

  constructor(limit: number) {
    super(NEWLINES, limit);
    this.#most = limit;
  }

  override take(buffer: ByteBuffer, ended: boolean): Buffer | undefined {
    try {
      return super.take(buffer, ended);
    } catch (error) {
      if (!(error instanceof LimitOverrunError)) throw error;
      // The line feed that ends it goes too; without one, all that came is part of the line.
      this.lost = buffer.take(Math.min(error.consumed + 1, buffer.length));
      throw new RangeError(`Cannot read a line: it is longer than the limit of ${this.#most} bytes`, { cause: error });
    }
  }

  protected override takeRest(buffer: ByteBuffer): Buffer {
    return buffer.take(buffer.length);
  }
}
