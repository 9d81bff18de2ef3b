import { inspect } from 'node:util';

import { InvalidStateError } from '@weft/core';
import { countLarge } from '@weft/core/lowlevel';

import { ByteBuffer } from './internal/byte-buffer.ts';
import { taskStore } from './internal/task-store.ts';
import { WaitList } from './internal/wait-list.ts';
import { type Waiter, park } from './internal/waiter.ts';
import { type ReadRequest, ReadAll, ReadExactly, ReadLine, ReadSome, ReadUntil } from './read-request.ts';

const EMPTY = Buffer.alloc(0);

/** @internal Where a reader's bytes come from, to be held back when it has too many. */
export interface ByteSource {
  pause(): unknown;
  resume(): unknown;
}

/**
 * Refuses a limit that no reader can have, before there is a connection or a program.
 *
 * @internal
 */
export function checkLimit(limit = 65_536): void {
  if (typeof limit !== 'number' || !(limit > 0))
    throw new RangeError(`Cannot make a reader with a limit of ${String(limit)} bytes: it must be a number above 0`);
}

/**
 * Reads bytes from a connection or from a program's output.
 *
 * One task at a time may read. A read that is cancelled has taken nothing. When twice the limit has been received and
 * nobody reads, the sender is held back.
 *
 * @see https://docs.python.org/3/library/asyncio-stream.html#asyncio.StreamReader
 * @example
 * const [reader, writer] = await openConnection('localhost', port);
 * writer.write('hello\n');
 * writer.writeEof();
 * for await (const line of reader) console.log(String(line));
 * writer.close();
 */
export class StreamReader {
  readonly #limit: number;
  readonly #buffer = new ByteBuffer();
  readonly #readers = new WaitList('to read from a stream');
  #request: ReadRequest | undefined = undefined;
  #line: ReadLine | undefined = undefined;
  #source: ByteSource | undefined = undefined;
  #paused = false;
  #ended = false;
  #error: unknown = undefined;

  /** @param options `limit`: how many bytes a line may have, 65,536 if left out. */
  constructor({ limit = 65_536 }: { limit?: number | undefined } = {}) {
    checkLimit(limit);
    this.#limit = limit;
  }

  /**
   * Reads up to `n` bytes, as soon as there are some; without `n`, everything up to the end.
   *
   * @returns Nothing but at the end of the stream is empty.
   * @throws {RangeError} If `n` is no whole number, nor `Infinity`, which is all that is there.
   */
  read(n = -1): Promise<Buffer> {
    if (!Number.isInteger(n) && n !== Infinity) return refused(n);
    if (n === 0) return Promise.resolve(EMPTY);
    return this.#ask(n < 0 ? new ReadAll() : new ReadSome(n));
  }

  /**
   * Reads exactly `n` bytes.
   *
   * @throws {IncompleteReadError} If the stream ends before; its `partial` has what came.
   * @throws {RangeError} If `n` is no whole number of 0 or more.
   */
  readexactly(n: number): Promise<Buffer> {
    if (!Number.isInteger(n) || n < 0) return refused(n);
    return n === 0 ? Promise.resolve(EMPTY) : this.#ask(new ReadExactly(n));
  }

  /**
   * Reads a line, with its line feed; at the end of the stream, what is left.
   *
   * @throws {RangeError} If the line is longer than the limit; it is dropped then.
   */
  readline(): Promise<Buffer> {
    return this.#ask((this.#line ??= new ReadLine(this.#limit)).again());
  }

  /**
   * Reads up to and with a separator.
   *
   * @param separator One, or several of which the first to end counts; a line feed if left out.
   * @throws {IncompleteReadError} If the stream ends before; its `partial` has what came.
   * @throws {LimitOverrunError} If it is not found within the limit; what was received stays.
   */
  async readuntil(separator: string | Uint8Array | readonly (string | Uint8Array)[] = '\n'): Promise<Buffer> {
    const several = typeof separator === 'string' || separator instanceof Uint8Array ? [separator] : separator;
    const separators = several.map((each) => Buffer.from(each as string));
    if (separators.length === 0 || separators.some(({ length }) => length === 0)) {
      throw new RangeError('Cannot read up to a separator without bytes');
    }
    return this.#ask(new ReadUntil(separators, this.#limit));
  }

  /** Whether the stream has ended and everything is read. */
  atEof(): boolean {
    return this.#ended && this.#buffer.length === 0;
  }

  /** What the stream failed with. */
  exception(): unknown {
    return this.#error;
  }

  /** Adds bytes, as a connection does when it receives some. */
  feedData(data: Uint8Array): void {
    if (this.#ended) throw new InvalidStateError('Cannot feed data: the stream has ended');
    countLarge(data.length);
    this.#buffer.append(Buffer.isBuffer(data) ? data : Buffer.from(data));
    this.#serve();
    if (this.#buffer.length > 2 * this.#limit && this.#readers.head === undefined && !this.#paused && this.#source) {
      this.#paused = true;
      this.#source.pause();
    }
  }

  /** Ends the stream. */
  feedEof(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#serve();
  }

  /** Ends the stream with an error, which every read from now on throws. */
  setException(error: unknown): void {
    this.#error = error;
    this.#ended = true;
    this.#readers.rejectAll(() => error);
  }

  /** Gives the lines until the stream ends. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    for (let line = await this.readline(); line.length > 0; line = await this.readline()) yield line;
  }

  [inspect.custom](): string {
    return `StreamReader { ${this.#buffer.length} bytes${this.#ended ? ', ended' : ''}${this.#error ? ', failed' : ''} }`;
  }

  /** @internal */
  _attach(source: ByteSource): void {
    this.#source = source;
  }

  /** @internal */
  _takeTurn(waiter: Waiter): void {
    if (waiter.payload instanceof Failure) waiter.fail(waiter.payload.error);
    else waiter.resume();
  }

  /** @internal */
  _revoke({ payload }: Waiter): void {
    this.#buffer.prepend(payload instanceof Failure ? payload.lost : (payload as Buffer));
    // Somebody else may read by now, and have searched what came after these bytes.
    this.#request?.again?.();
    this.#serve();
  }

  #ask(request: ReadRequest): Promise<Buffer> {
    if (this.#readers.head !== undefined)
      return Promise.reject(new InvalidStateError('Cannot read: another task is reading'));
    if (this.#error !== undefined) return Promise.reject(this.#error as Error);
    let ready: Buffer | undefined;
    try {
      ready = request.take(this.#buffer, this.#ended);
    } catch (error) {
      return Promise.reject(error as Error);
    } finally {
      this.#flow(ready === undefined);
    }
    if (ready !== undefined) return Promise.resolve(ready);
    this.#request = request;
    return park(taskStore.getStore(), this.#readers, this, undefined);
  }

  /** Gives the one who waits what it asked for, if that has come. */
  #serve(): void {
    const reader = this.#readers.head;
    if (reader === undefined) return;
    try {
      const bytes = this.#request?.take(this.#buffer, this.#ended);
      if (bytes !== undefined) reader.resolve(bytes);
    } catch (error) {
      reader.payload = new Failure(error, this.#request?.lost ?? EMPTY);
      reader.wake();
    }
  }

  /** Lets bytes come again when there is room or somebody needs more. */
  #flow(needed: boolean): void {
    if (!this.#paused || (!needed && this.#buffer.length > this.#limit)) return;
    this.#paused = false;
    this.#source?.resume();
  }
}

function refused(n: unknown): Promise<never> {
  return Promise.reject(new RangeError(`Cannot read ${String(n)} bytes`));
}

/** What a read fails with at its turn, unless it is cancelled before: then the bytes that went with the error come back. */
class Failure {
  readonly error: unknown;
  readonly lost: Buffer;

  constructor(error: unknown, lost: Buffer) {
    this.error = error;
    this.lost = lost;
  }
}
