import { toWire } from '@weft/core';
import { type Packed, pack, packThrown } from '@weft/core/lowlevel';
import { Kind } from './pool-codec.ts';
import type { Mailbox } from './pool-mailbox.ts';
import type { Results } from './pool-results.ts';
import type { StreamItem } from './pool-stream.ts';

let streams = 0;

/** What a pump works with. */
export interface PumpParts {
  readonly results: Results;
  readonly mailbox: Mailbox;
  /** Called when a loop asks, or the reader leaves: now it is sure that the stream comes to its end. */
  onRead(): void;
}

/** Sends the items of an async iterable that a task returned, one for each time that its reader asks. */
export async function pump(iterator: AsyncIterator<unknown>, id: number, parts: PumpParts): Promise<void> {
  const { results, mailbox } = parts;
  streams += 1;
  const stream = streams;
  const pulls = new Pulls();
  const leave = mailbox.onPull(stream, (stop, looped) => {
    if (stop || looped) parts.onRead();
    pulls.add(stop);
  });
  results.note(id, Kind.Stream, bare(stream));
  try {
    while (await pulls.next()) {
      const { done, value } = await iterator.next();
      if (done === true) {
        send(results, { stream, done: true });
        return;
      }
      await sendItem(results, stream, iterator, value);
    }
    await iterator.return?.();
    send(results, { stream, done: true });
  } catch (error) {
    send(results, { stream, done: true, thrown: packThrown(error, 'thread').body });
  } finally {
    leave();
  }
}

// As in a loop over it: where an item is the reason to stop, the iterator may clean up, and the first error counts.
async function sendItem(
  results: Results,
  stream: number,
  iterator: AsyncIterator<unknown>,
  value: unknown,
): Promise<void> {
  try {
    send(results, { stream, done: false, value: pack(value, 'thread', 'the item').body });
  } catch (error) {
    try {
      await iterator.return?.();
    } catch {}
    throw error;
  }
}

/** Whether a task's result is to be sent item by item: not if it crosses as itself, as a queue does. */
export function isStream(value: object): value is AsyncIterable<unknown> {
  try {
    return typeof (value as Partial<AsyncIterable<unknown>>)[Symbol.asyncIterator] === 'function' && !(toWire in value);
  } catch {
    // A Proxy that was revoked, say: who packs the result says why it cannot cross.
    return false;
  }
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
