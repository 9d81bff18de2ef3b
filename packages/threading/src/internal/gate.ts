import { type Reporter, lockEvents } from './events.ts';
import { latch, unlatch } from './latch.ts';
import { Node, State } from './layout.ts';
import { append, prune, relink, remove } from './line.ts';
import { freeNode, stateOf, takeNode } from './nodes.ts';
import { memory } from './registry.ts';
import type { Turn } from './turn.ts';

/** The size of a gate's memory, in words. */
export const GATE_WORDS = 32;

/** Where a gate's latch is; the line's head and tail follow. The words before are the primitive's own. */
export const LATCH = 16;
/** Where the line's head is. */
export const HEAD = 17;

/** One line of waiters in a primitive's memory, and the latch that guards both. */
export abstract class Gate<T> implements Turn<T> {
  abstract readonly action: string;
  readonly reporter: Reporter = lockEvents;
  protected readonly words: Int32Array;
  protected readonly head: number;

  /** @param head Where the line's head and tail are. */
  constructor(words: Int32Array, head = HEAD) {
    this.words = words;
    this.head = head;
  }

  /** Takes what is wanted if it is there. Called with the latch held. */
  protected abstract takeNow(node: number): boolean;
  abstract taken(): T;
  /** What a wait gives that ended with `data` in its node. */
  protected abstract outcome(data: number): T;
  /**
   * Brings everything in order after a thread died. Called with the latch held.
   *
   * @param dropped How many dead threads have been taken out of the line.
   */
  protected abstract settle(dropped: number): void;
  /** Whether a waiter may still leave the line. Called with the latch held. */
  protected mayLeave(_node: number): boolean {
    return true;
  }
  /** Told, with the latch held, that a waiter has left the line. */
  protected left(): void {}

  enter(kind: number): number {
    const node = takeNode(kind);
    this.lock();
    let taken = true;
    try {
      taken = this.takeNow(node);
      if (!taken) append(this.words, this.head, node);
    } finally {
      this.unlock();
      if (taken) freeNode(node);
    }
    return taken ? 0 : node;
  }

  granted(node: number): T | undefined {
    const data = memory[node + Node.Data] as number;
    freeNode(node);
    return this.outcome(data);
  }

  leave(node: number): boolean {
    this.lock();
    const waiting = stateOf(node) === State.Waiting && this.mayLeave(node);
    if (waiting) {
      remove(this.words, this.head, node);
      this.left();
    }
    this.unlock();
    if (waiting) freeNode(node);
    return waiting;
  }

  recheck(): void {
    this.lock();
    this.mend(false);
    this.unlock();
  }

  protected lock(): void {
    if (latch(this.words, LATCH)) this.mend(true);
  }

  protected unlock(): void {
    unlatch(this.words, LATCH);
  }

  /** @param torn Whether a thread died with the latch, so that the line may be half changed. */
  protected mend(torn: boolean): void {
    let dropped = 0;
    if (torn) relink(this.words, this.head);
    prune(this.words, this.head, () => {
      dropped += 1;
    });
    this.settle(dropped);
  }
}
