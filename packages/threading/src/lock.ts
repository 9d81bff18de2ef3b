import { inspect } from 'node:util';
import { Guard, InvalidStateError, TimeoutError, type WaitOptions, fromWire, task } from '@weft/core';
import { checkWait } from '@weft/core/lowlevel';
import { MUTEX_WORDS, Mutex } from './internal/mutex.ts';
import { self } from './internal/registry.ts';
import { SharedObject, type SharedState, adopt } from './internal/shared-object.ts';
import { awaitFirmly, awaitFor, timedOut } from './internal/turn.ts';

/** What a `Condition` needs of its lock. */
export interface ConditionLock {
  acquire(options?: WaitOptions): Promise<Guard>;
  acquireSync(options?: { timeout?: number }): Guard;
  tryAcquire(): Guard | undefined;
  release(): void;
  locked(): boolean;
  with<T>(body: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T>;
  /** @internal */
  isOwned(): boolean;
  /**
   * @internal Gives the lock up, however often it was acquired, and says how to acquire it as it was.
   * @param blocks Whether this thread blocks until then, so that nothing in it that awaits the lock may be given it.
   */
  giveUp(blocks: boolean): Regain;
}

/** Acquires a lock again as it was when it was given up. */
export interface Regain {
  sync(): void;
  /** No signal, timeout or cancelling ends this wait. */
  async(): Promise<void>;
}

/**
 * Lets one at a time pass, across all threads.
 *
 * Waiters, blocking and awaiting alike, are served in arrival order; one who has not begun to wait may be faster while
 * a blocked waiter is being woken, for some milliseconds at most. When a thread dies with the lock, the next one to acquire it
 * finds `abandoned` set in its guard.
 *
 * @see https://docs.python.org/3/library/threading.html#threading.Lock
 * @example
 * const lock = new Lock();
 * using guard = await lock.acquire();
 * counter[0] += 1;
 */
export class Lock extends SharedObject implements ConditionLock {
  static {
    task(import.meta, this);
  }
  readonly #mutex: Mutex;
  readonly #release = (): void => this.release();

  /**
   * Makes a lock that is free.
   *
   * @throws {TypeError} If it is given anything.
   */
  constructor(...nothing: never[]) {
    if (nothing.length > 0) throw new TypeError(`Cannot make a lock of ${inspect(nothing[0])}: it takes no arguments`);
    super(MUTEX_WORDS * 4);
    this.#mutex = new Mutex(this.words);
  }

  /**
   * Waits until the lock is free, and takes it.
   *
   * If `signal` aborts or time runs out, it has not been taken.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns A guard; disposing it releases the lock, once.
   * @throws {TimeoutError} If the lock did not come free in time.
   */
  acquire(options?: WaitOptions): Promise<Guard> {
    if (options === undefined && this.#mutex.tryFast()) return Promise.resolve(new Guard(this.#release));
    return this.#acquireSlowly(options);
  }

  async #acquireSlowly(options: WaitOptions = {}): Promise<Guard> {
    const timeout = checkWait(options, this.#mutex.action);
    options.signal?.throwIfAborted();
    const taken = this.#mutex.tryTake();
    if (taken !== undefined) return new Guard(this.#release, taken);
    if (timeout === 0) throw new TimeoutError(this.#mutex.action, 0);
    return new Guard(this.#release, await awaitFor(this.#mutex, options));
  }

  /** Does the same as {@link acquire}, blocking the calling thread. */
  acquireSync(options?: { timeout?: number }): Guard {
    if (options === undefined && this.#mutex.tryFast()) return new Guard(this.#release);
    const timeout = options === undefined ? Infinity : checkWait(options, this.#mutex.action);
    const taken = this.#mutex.tryTake();
    if (taken !== undefined) return new Guard(this.#release, taken);
    const abandoned = timeout === 0 ? timedOut : this.#mutex.block(timeout);
    if (abandoned === timedOut) throw new TimeoutError(this.#mutex.action, timeout);
    return new Guard(this.#release, abandoned);
  }

  /** Takes the lock if it is free. */
  tryAcquire(): Guard | undefined {
    if (this.#mutex.tryFast()) return new Guard(this.#release);
    const abandoned = this.#mutex.tryTake();
    return abandoned === undefined ? undefined : new Guard(this.#release, abandoned);
  }

  /**
   * Releases the lock. Any thread may.
   *
   * @throws {InvalidStateError} If it is free.
   */
  release(): void {
    if (!this.#mutex.release()) throw new InvalidStateError('Cannot release the lock: it is free');
  }

  /** Whether somebody holds the lock. */
  locked(): boolean {
    return this.#mutex.owner() !== 0;
  }

  /**
   * Runs a function with the lock held, and releases it whatever becomes of that.
   *
   * @param body May return a promise.
   * @returns What it returns.
   */
  async with<T>(body: () => T | PromiseLike<T>, options?: WaitOptions): Promise<T> {
    using _guard = await this.acquire(options);
    return await body();
  }

  /** @internal */
  isOwned(): boolean {
    return this.#mutex.owner() === self;
  }

  /** @internal */
  giveUp(blocks: boolean): Regain {
    const aside = blocks ? this.#mutex.standAside() : [];
    this.release();
    return {
      sync: () => {
        this.acquireSync();
        this.#mutex.lineUp(aside);
      },
      async: async () => void (this.tryAcquire() ?? (await awaitFirmly(this.#mutex))),
    };
  }

  static [fromWire](state: SharedState): Lock {
    return adopt(state, this, () => new this());
  }

  [inspect.custom](): string {
    return `${this.constructor.name} { ${this.locked() ? 'locked' : 'unlocked'} }`;
  }
}
