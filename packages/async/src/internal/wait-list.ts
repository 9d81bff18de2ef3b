import type { Waiter } from './waiter.ts';

/** Those who wait for one thing, in arrival order. The links are in the waiters: joining and leaving take no memory. */
export class WaitList {
  head: Waiter | undefined = undefined;
  #tail: Waiter | undefined = undefined;
  /** The last one that was put back: those before it were too. */
  #putBack: Waiter | undefined = undefined;
  size = 0;
  /** What they wait for, as a clause: `to acquire a lock`. */
  readonly action: string;

  constructor(action: string) {
    this.action = action;
  }

  push(waiter: Waiter): void {
    waiter.list = this;
    const tail = this.#tail;
    waiter.previous = tail;
    if (tail === undefined) this.head = waiter;
    else tail.next = waiter;
    this.#tail = waiter;
    this.size += 1;
  }

  /** Puts back one who was woken for nothing: it came before all others but those put back before it. */
  putBack(waiter: Waiter): void {
    const before = this.#putBack;
    const after = before === undefined ? this.head : before.next;
    waiter.list = this;
    waiter.previous = before;
    waiter.next = after;
    if (before === undefined) this.head = waiter;
    else before.next = waiter;
    if (after === undefined) this.#tail = waiter;
    else after.previous = waiter;
    this.size += 1;
    this.#putBack = waiter;
  }

  /** Takes a waiter out, wherever it stands. Does nothing if it is not in this list. */
  remove(waiter: Waiter): void {
    if (waiter.list !== this) return;
    const { previous, next } = waiter;
    if (previous === undefined) this.head = next;
    else previous.next = next;
    if (next === undefined) this.#tail = previous;
    else next.previous = previous;
    if (waiter === this.#putBack) this.#putBack = previous;
    waiter.list = undefined;
    waiter.previous = undefined;
    waiter.next = undefined;
    this.size -= 1;
  }

  /** Wakes everyone with the same value. */
  resolveAll(value: unknown): void {
    while (this.head !== undefined) this.head.resolve(value);
  }

  /** Wakes everyone with an error of their own. */
  rejectAll(makeError: () => unknown): void {
    while (this.head !== undefined) this.head.reject(makeError());
  }
}
