import { Word } from './queue-layout.ts';
import type { QueueCore } from './queue-core.ts';

/** Objects that take more bytes than this are not kept alive. */
const HEAVY = 1_024;
/** How many objects that others have taken may be kept before it is looked which those are. */
const SLACK = 64;

// One count for all queues: a thread may have several objects for one queue.
let lastNumber = 0;

/**
 * The objects that this thread has put into a queue: one that it takes out again itself is the same object.
 *
 * Nobody tells when another thread takes one. So now and then it is looked which of them are still in the queue.
 */
export class Originals {
  readonly #core: QueueCore;
  readonly #objects = new Map<number, object>();

  constructor(core: QueueCore) {
    this.#core = core;
  }

  /** Gives an object a number. */
  remember(item: object, bytes: number): number {
    if (this.#objects.size > this.#core.read(Word.Count) * 2 + SLACK) this.sweep();
    lastNumber = lastNumber === 0x7fff_ffff ? 1 : lastNumber + 1;
    this.#objects.set(lastNumber, bytes > HEAVY ? new WeakRef(item) : item);
    return lastNumber;
  }

  /** Gives the object with a number back, once. */
  recall(number: number): object | undefined {
    if (number === 0) return undefined;
    const found = this.#objects.get(number);
    this.#objects.delete(number);
    return found instanceof WeakRef ? (found.deref() as object | undefined) : found;
  }

  /** Forgets the objects that are not in the queue any more. */
  sweep(): void {
    const there = this.#core.numbersHere();
    for (const number of this.#objects.keys()) if (!there.has(number)) this.#objects.delete(number);
  }
}
