import type { ParcelOpener } from './channel-parcels.ts';

/** A call, or the calls of a map, that came to a worker and is not finished. */
export interface Call {
  kind: number;
  index: number;
  id: number;
  /** The encoded argument or arguments; of calls with one number or text, that itself. */
  payload: Buffer | Float64Array | number | string | Opened;
}

/** What came in a box. */
export type Opened = ReturnType<ParcelOpener['open']>;

/**
 * How many calls a worker has begun. They begin in the order in which they came: if the worker dies, its pool can have
 * the others made by another one.
 */
export class BegunCalls {
  #count = 0;
  #note: Int32Array | undefined;

  /** One begins, and nothing of it is done yet. */
  add(): void {
    this.#count += 1;
    if (this.#note !== undefined) this.#note[0] = this.#count + 1;
  }

  /** Notes it from now on where the pool can see it. */
  noteIn(note: Int32Array | undefined): void {
    this.#note = note;
    if (note !== undefined) note[0] = this.#count + 1;
  }
}
