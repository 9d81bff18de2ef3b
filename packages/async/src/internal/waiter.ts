import type { Task } from '../task.ts';
import { deliverPending, ignore } from './cancellation.ts';
import { FAILED, INTERRUPTED, PENDING, RESUMED, WOKEN, makeReady } from './ready-queue.ts';
import type { WaitList } from './wait-list.ts';

/** What a primitive can hang on those who wait for it. All of it is optional. */
export interface WaitSource {
  /** Decides at the waiter's turn what it gets: it may resume it or put it back in line. */
  _takeTurn?(waiter: Waiter): void;
  /** The waiter had been granted something and was interrupted before it resumed: pass it on. */
  _revoke?(waiter: Waiter): void;
  /** Time ran out before anything was granted. Left out, the wait rejects with a TimeoutError. */
  _expire?(waiter: Waiter, timeout: number): void;
}

let takeResolve: (value: never) => void;
let takeReject: (error: unknown) => void;
// One executor for all promises: a closure for each would cost more than the waiter.
const executor = (resolve: (value: never) => void, reject: (error: unknown) => void): void => {
  takeResolve = resolve;
  takeReject = reject;
};

/**
 * One pending wait: a node of the primitive's list and at the same time what the task has to interrupt.
 *
 * A wait is pending, then woken, then resumed at its turn. Interrupting it wins until the moment it resumes; what it
 * had been granted is then passed on. That is what loses neither items nor wake-ups.
 */
export class Waiter<T = unknown> {
  declare state: number;
  /** The primitive's list that it stands in. */
  declare list: WaitList | undefined;
  declare previous: Waiter | undefined;
  declare next: Waiter | undefined;
  declare owner: Task<unknown> | undefined;
  declare source: WaitSource | undefined;
  /** What the waiter brings, such as the item to put; once woken, what it gets. */
  declare payload: unknown;
  declare readonly promise: Promise<T>;
  declare readonly resolvePromise: (value: T) => void;
  declare readonly rejectPromise: (error: unknown) => void;

  constructor(owner: Task<unknown> | undefined, source: WaitSource | undefined, payload: unknown) {
    this.state = PENDING;
    this.list = undefined;
    this.previous = undefined;
    this.next = undefined;
    this.owner = owner;
    this.source = source;
    this.payload = payload;
    this.promise = new Promise<T>(executor as never);
    this.resolvePromise = takeResolve as (value: T) => void;
    this.rejectPromise = takeReject;
  }

  /** Wakes it with a value. */
  resolve(value: T): void {
    if (this.state !== PENDING) return;
    this.payload = value;
    this.wake();
  }

  /** Wakes it with an error; nothing is granted. */
  reject(error: unknown): void {
    if (this.state !== PENDING) return;
    this.payload = error;
    this.wake();
    this.state = FAILED;
  }

  /** Wakes it; its source decides at its turn what it gets. */
  wake(): void {
    this.list?.remove(this as Waiter);
    makeReady(this);
  }

  /** Puts it back in line: it was woken for nothing. */
  putBack(list: WaitList): void {
    this.state = PENDING;
    list.putBack(this as Waiter);
  }

  takeTurn(): void {
    const { source } = this;
    if (this.state === FAILED) this.fail(this.payload);
    else if (source?._takeTurn !== undefined) source._takeTurn(this as Waiter);
    else this.resume();
  }

  /** Lets the awaiting code go on with the payload. */
  resume(): void {
    this.state = RESUMED;
    this.owner?._leave(this as Waiter);
    this.resolvePromise(this.payload as T);
  }

  /** Lets the awaiting code go on with an error. */
  fail(error: unknown): void {
    this.state = RESUMED;
    this.owner?._leave(this as Waiter);
    this.rejectPromise(error);
  }

  /**
   * Ends the wait with an error, until it has resumed.
   *
   * @returns Whether it took the error.
   */
  interrupt(error: unknown): boolean {
    const { state } = this;
    if (state === RESUMED || state === INTERRUPTED) return false;
    this.state = INTERRUPTED;
    this.list?.remove(this as Waiter);
    this.owner?._leave(this as Waiter);
    this.promise.catch(ignore); // a wait that nobody awaits must not end the process
    this.rejectPromise(error);
    if (state === WOKEN) this.source?._revoke?.(this as Waiter);
    return true;
  }

  /** Says what is waited for, as a clause: `to acquire a lock`. */
  describe(): string {
    return this.list?.action ?? 'to resume';
  }
}

/** A wait that a cancellation does not end: the task delivers it at its next wait. */
export class UninterruptibleWaiter extends Waiter {
  override interrupt(): boolean {
    return false;
  }
}

/**
 * Makes the caller wait in a list; a cancellation that is pending is delivered instead.
 *
 * @param task The current task.
 */
export function park<T>(
  task: Task<unknown> | undefined,
  list: WaitList,
  source: WaitSource | undefined,
  payload: unknown,
): Promise<T> {
  const refused = deliverPending(task);
  if (refused !== undefined) return refused;
  const waiter = new Waiter<T>(task, source, payload);
  list.push(waiter as Waiter);
  task?._enter(waiter as Waiter);
  return waiter.promise;
}
