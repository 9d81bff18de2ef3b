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

let adopted: Int32Array | undefined;

/** An object whose state is in shared memory: each thread that it is sent to has an object of its own over it. */
export abstract class SharedObject {
  /** @internal */
  protected readonly words: Int32Array;
  /** @internal Whether this object made its memory, and has to write its first values there. */
  protected readonly isFresh: boolean;

  /** @param bytes How much memory it needs. */
  protected constructor(bytes: number) {
    this.isFresh = adopted === undefined;
    this.words = adopted ?? new Int32Array(new SharedArrayBuffer(bytes));
    adopted = undefined;
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

/** Makes the object for state that came from another thread. */
export function adopt<T>(state: SharedState, make: () => T): T {
  if (state.process !== memory[Header.Id])
    throw new InvalidStateError('Cannot share an object: the threads do not have the same memory');
  adopted = new Int32Array(state.words);
  try {
    return make();
  } finally {
    adopted = undefined;
  }
}
