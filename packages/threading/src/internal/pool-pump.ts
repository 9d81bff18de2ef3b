import { type Body, type Packed, pack, packThrown } from '@weft/core/lowlevel';
import { Kind } from './pool-codec.ts';
import type { Mailbox } from './pool-mailbox.ts';
import type { Results } from './pool-results.ts';
import type { StreamItem } from './pool-stream.ts';

let streams = 0;

/** Sends the items of an async iterable that a task returned, one for each time that its reader asks. */
export async function pump(
  iterable: AsyncIterable<unknown>,
  id: number,
  results: Results,
  mailbox: Mailbox,
): Promise<void> {
  streams += 1;
  const stream = streams;
  const iterator = iterable[Symbol.asyncIterator]();
  const pulls = new Pulls();
  const leave = mailbox.onPull(stream, (stop) => pulls.add(stop));
  results.note(id, Kind.Stream, bare(stream));
  try {
    while (await pulls.next()) {
      const { done, value } = await iterator.next();
      send(results, done === true ? { stream, done: true } : { stream, done: false, value: bodyOf(value) });
      if (done === true) return;
    }
    await iterator.return?.();
  } catch (error) {
    send(results, { stream, done: true, thrown: packThrown(error, 'thread').body });
  } finally {
    leave();
  }
}

/** Whether a task's result is to be sent item by item. */
export function isStream(value: object): value is AsyncIterable<unknown> {
  return typeof (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function';
}

function bodyOf(value: unknown): Body {
  return pack(value, 'thread', 'the item').body;
}

function send(results: Results, item: StreamItem): void {
  results.note(-1, Kind.Item, bare(item));
}

function bare(value: unknown): Packed {
  return { body: { v: value }, transfer: [] };
}

/** What the reader of a stream has asked for. */
class Pulls {
  readonly #waiting: boolean[] = [];
  #wake: (() => void) | undefined;

  add(stop: boolean): void {
    this.#waiting.push(stop);
    this.#wake?.();
  }

  /** Waits for the next wish: `false` if it is to stop. */
  async next(): Promise<boolean> {
    if (this.#waiting.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#wake = undefined;
    return this.#waiting.shift() === false;
  }
}
