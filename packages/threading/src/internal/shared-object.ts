import { TransferError, InvalidStateError, type Medium, toWire } from '@weft/core';
import { Header } from './layout.ts';
import { memory } from './registry.ts';

/** What an object in shared memory crosses with. */
export interface SharedState {
  /** The buffer that holds it. */
  words: SharedArrayBuffer;
  /** Says which memory its waiters stand in. */
  process: number;
}

let adopted: { type: unknown; state: SharedState } | undefined;

/** An object whose state is in shared memory: each thread that it is sent to has an object of its own over it. */
export abstract class SharedObject {
  /** @internal */
  protected readonly words: Int32Array;
  /** @internal What it came with, from another thread. */
  protected readonly received: SharedState | undefined;
  /** @internal Whether this object made its memory, and has to write its first values there. */
  protected readonly isFresh: boolean;

  /** @param bytes How much memory it needs. */
  protected constructor(bytes: number) {
    // A constructor may make other objects before this one, such as a condition's lock.
    this.received = adopted?.type === new.target ? adopted.state : undefined;
    this.isFresh = this.received === undefined;
    this.words = new Int32Array(this.received?.words ?? new SharedArrayBuffer(bytes));
    if (!this.isFresh) adopted = undefined;
  }

  [toWire](medium: Medium): unknown {
    if (medium === 'process') {
      const name = this.constructor.name;
      throw new TransferError(
        `Cannot send a ${name} of threading to another process: use the ${name} of multiprocessing`,
      );
    }
    return { words: this.words.buffer, process: memory[Header.Id] };
  }
}

/**
 * Makes the object for state that came from another thread.
 *
 * @param type Its class.
 * @param make Calls that's constructor.
 */
export function adopt<T>(state: SharedState, type: unknown, make: () => T): T {
  if (state.process !== memory[Header.Id])
    throw new InvalidStateError('Cannot share an object: the threads do not have the same memory');
  adopted = { type, state };
  try {
    return make();
  } finally {
    adopted = undefined;
  }
}
