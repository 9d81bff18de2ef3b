import { inspect } from 'node:util';
import { BrokenThreadPoolError } from '@weft/core';
import { type Body, keepAlive, unpack } from '@weft/core/lowlevel';
import { thrownThere } from './thrown.ts';

/** What a worker says of an item: the next one, the end, or what the iterable threw. */
export interface StreamItem {
  readonly stream: number;
  readonly done: boolean;
  readonly value?: Body;
  readonly thrown?: Body;
}

interface Reader {
  resolve(result: IteratorResult<unknown>): void;
  reject(error: unknown): void;
  release(): void;
}

/**
 * The items of an async iterable that a task returned, brought one by one as they are asked for.
 *
 * Its worker is taken until the end is reached, or the reader leaves.
 */
export class PoolStream implements AsyncIterableIterator<unknown> {
  readonly #pull: (stop: boolean, looped: boolean) => void;
  readonly #origin: string;
  readonly #onOver: () => void;
  readonly #readers: Reader[] = [];
  #looped = false;
  #over = false;
  /** Makes what it throws from now on. */
  #failure: (() => unknown) | undefined;

  /**
   * @param pull Asks the worker for the next item, or to stop.
   * @param origin The name of the worker.
   * @param onOver Called when the worker has no more to do with it.
   */
  constructor(pull: (stop: boolean, looped: boolean) => void, origin: string, onOver: () => void) {
    this.#pull = pull;
    this.#origin = origin;
    this.#onOver = onOver;
  }

  [Symbol.asyncIterator](): this {
    this.#looped = true;
    return this;
  }

  next(): Promise<IteratorResult<unknown>> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) reject(this.#failure());
      else if (this.#over) resolve({ done: true, value: undefined });
      else {
        this.#readers.push({ resolve, reject, release: keepAlive() });
        this.#pull(false, this.#looped);
      }
    });
  }

  async return(): Promise<IteratorResult<unknown>> {
    if (!this.#over && this.#failure === undefined) {
      this.#over = true;
      this.#pull(true, this.#looped);
    }
    return { done: true, value: undefined };
  }

  [inspect.custom](): string {
    const state = this.#failure !== undefined ? 'failed' : this.#over ? 'ended' : 'open';
    return `PoolStream { ${state}, ${this.#readers.length} waiting }`;
  }

  /** An item came. */
  take(item: StreamItem): void {
    const reader = this.#readers.shift();
    reader?.release();
    if (item.done) {
      this.#over = true;
      this.#onOver();
    }
    if (item.thrown !== undefined) reader?.reject(thrownThere(item.thrown, this.#origin));
    else if (item.done) reader?.resolve({ done: true, value: undefined });
    else if (reader !== undefined) this.#give(reader, item.value as Body);
    if (this.#over) for (const late of this.#readers.splice(0)) this.#leave(late);
  }

  /** The worker is gone. @param why What happened to it. */
  break(why: string): void {
    this.#onOver();
    this.#fail(() => new BrokenThreadPoolError(`Cannot read on: the worker ${why}`));
  }

  /** Its task is ended early. */
  abort(reason: unknown): void {
    this.#fail(() => reason);
    this.#pull(true, this.#looped);
  }

  #fail(makeError: () => unknown): void {
    if (this.#over || this.#failure !== undefined) return;
    this.#failure = makeError;
    for (const reader of this.#readers.splice(0)) {
      reader.release();
      reader.reject(makeError());
    }
  }

  // An item that cannot be made again is the last one.
  #give(reader: Reader, body: Body): void {
    let value: unknown;
    try {
      value = unpack(body, 'thread');
    } catch (error) {
      reader.reject(error);
      void this.return();
      return;
    }
    reader.resolve({ done: false, value });
  }

  #leave(reader: Reader): void {
    reader.release();
    reader.resolve({ done: true, value: undefined });
  }
}
