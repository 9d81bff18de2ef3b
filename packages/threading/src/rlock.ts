import { inspect } from 'node:util';
import { Guard, InvalidStateError, NotOwnerError, TimeoutError, type WaitOptions, fromWire, task } from '@weft/core';
import { checkWait } from '@weft/core/lowlevel';
import {
  type Context,
  WHOLE_THREAD,
  awaitInContext,
  hookAwaits,
  isWithin,
  runInContext,
  taskContext,
} from './internal/context.ts';
import { MUTEX_WORDS, Mutex } from './internal/mutex.ts';
import { recordOf, self } from './internal/registry.ts';
import { SharedObject, type SharedState, adopt } from './internal/shared-object.ts';
import { awaitFirmly, awaitFor, timedOut } from './internal/turn.ts';
import type { ConditionLock, Regain } from './lock.ts';

// Words behind the mutex, for its holder alone: the context that holds it, or 0, how many times, and the thread that wrote
// both. What a dead holder wrote says nothing of the thread that the lock passes on to.
const CONTEXT = MUTEX_WORDS;
const DEPTH = MUTEX_WORDS + 1;
const THREAD = MUTEX_WORDS + 2;

/**
 * A lock that its owner may acquire again, and must release as often.
 *
 * The owner is the thread that called `acquireSync` or `tryAcquire`, and the async context that awaited `acquire`: the asyncio task, the
 * body of `with`, or else the function that awaited the call, with all that it goes on to call. Who called that function is none.
 *
 * @see https://docs.python.org/3/library/threading.html#threading.RLock
 * @example
 * const lock = new RLock();
 * using outer = await lock.acquire();
 * using inner = await lock.acquire(); // at once
 */
export class RLock extends SharedObject implements ConditionLock {
  static {
    task(import.meta, this);
  }
  readonly #mutex: Mutex;
  #holder: Context | undefined;

  /**
   * Makes a lock that is free.
   *
   * @throws {TypeError} If it is given anything.
   */
  constructor(...nothing: never[]) {
    if (nothing.length > 0) throw new TypeError(`Cannot make a lock of ${inspect(nothing[0])}: it takes no arguments`);
    super((MUTEX_WORDS + 3) * 4);
    this.#mutex = new Mutex(this.words);
  }

  /**
   * Waits until the lock is free or the caller's, and takes it.
   *
   * If `signal` aborts or time runs out, it has not been taken.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @returns A guard; disposing it releases the lock one time.
   * @throws {TimeoutError} If the lock did not come free in time.
   */
  acquire(options: WaitOptions = {}): Promise<Guard> {
    if (this.isOwned()) return Promise.resolve(this.#again());
    const context = taskContext();
    if (context !== undefined) return this.#acquireIn(context, options);
    return awaitInContext((own) => this.#acquireIn(own, options));
  }

  async #acquireIn(context: Context, options: WaitOptions): Promise<Guard> {
    const timeout = checkWait(options, this.#mutex.action);
    options.signal?.throwIfAborted();
    let abandoned = this.#mutex.tryTake();
    if (abandoned === undefined) {
      if (timeout === 0) throw new TimeoutError(this.#mutex.action, 0);
      abandoned = await awaitFor(this.#mutex, options);
      hookAwaits();
    }
    this.#own(context.id, 1, context);
    return this.#guard(abandoned);
  }

  /**
   * Does the same as {@link acquire}, blocking the calling thread.
   *
   * @throws {InvalidStateError} If awaiting code of this thread holds the lock: it could not release it meanwhile.
   */
  acquireSync(options: { timeout?: number } = {}): Guard {
    const timeout = checkWait(options, this.#mutex.action);
    const guard = this.tryAcquire();
    if (guard !== undefined) return guard;
    if (timeout === Infinity && this.#mutex.owner() === self && !this.#mutex.isGrantedHere()) {
      throw new InvalidStateError('Cannot block for the lock: awaiting code of the same thread holds it');
    }
    const abandoned = timeout === 0 ? timedOut : this.#mutex.block(timeout);
    if (abandoned === timedOut) throw new TimeoutError(this.#mutex.action, timeout);
    this.#own(WHOLE_THREAD, 1);
    return this.#guard(abandoned);
  }

  /** Takes the lock if it is free or the caller's. */
  tryAcquire(): Guard | undefined {
    if (this.isOwned()) return this.#again();
    const abandoned = this.#mutex.tryTake();
    if (abandoned === undefined) return undefined;
    this.#own(WHOLE_THREAD, 1);
    return this.#guard(abandoned);
  }

  /**
   * Releases the lock one time; it comes free with the last.
   *
   * @throws {NotOwnerError} If the caller does not hold it.
   */
  release(): void {
    if (!this.isOwned()) throw new NotOwnerError('Cannot release the lock: the caller does not hold it');
    this.#releaseOnce();
  }

  /** Whether somebody holds the lock. */
  locked(): boolean {
    return this.#mutex.owner() !== 0;
  }

  /** Whether the caller holds the lock. */
  isOwned(): boolean {
    const context = this.words[CONTEXT] as number;
    return this.#mutex.owner() === self && this.words[THREAD] === self && context !== 0 && isWithin(context);
  }

  /** Runs a function, in an async context of its own, with the lock held, and releases it whatever becomes of that. */
  with<T>(body: () => T | PromiseLike<T>, options: WaitOptions = {}): Promise<T> {
    return runInContext(async (context) => {
      using _guard = await (this.isOwned() ? this.#again() : this.#acquireIn(context, options));
      return await body();
    });
  }

  /** @internal */
  giveUp(blocks: boolean): Regain {
    if (!this.isOwned()) throw new NotOwnerError('Cannot give up the lock: the caller does not hold it');
    const [context, depth] = [this.words[CONTEXT] as number, this.words[DEPTH] as number];
    const holder = this.#holder;
    const aside = blocks ? this.#mutex.standAside() : [];
    this.#free();
    return {
      sync: () => {
        if (this.#mutex.tryTake() === undefined) this.#mutex.block(Infinity);
        this.#own(context, depth, holder);
        this.#mutex.lineUp(aside);
      },
      async: async () => {
        if (this.#mutex.tryTake() === undefined) await awaitFirmly(this.#mutex);
        this.#own(context, depth, holder);
      },
    };
  }

  static [fromWire](state: SharedState): RLock {
    return adopt(state, this, () => new this());
  }

  [inspect.custom](): string {
    const owner = this.#mutex.owner();
    if (owner === 0) return `${this.constructor.name} { unlocked }`;
    const count = this.words[THREAD] === owner ? this.words[DEPTH] : 0;
    return `${this.constructor.name} { locked, owner=${recordOf(owner)?.name}, count=${count} }`;
  }

  #again(): Guard {
    this.words[DEPTH] = (this.words[DEPTH] as number) + 1;
    return this.#guard(false);
  }

  #guard(abandoned: boolean): Guard {
    const context = this.words[CONTEXT];
    return new Guard(() => {
      if (this.#mutex.owner() !== self || this.words[CONTEXT] !== context) {
        throw new NotOwnerError('Cannot release the lock: it was released before');
      }
      this.#releaseOnce();
    }, abandoned);
  }

  #own(context: number, depth: number, holder?: Context): void {
    this.words[THREAD] = self;
    this.words[CONTEXT] = context;
    this.words[DEPTH] = depth;
    this.#holder = holder;
    if (holder) holder.holds += 1;
  }

  #releaseOnce(): void {
    const depth = (this.words[DEPTH] as number) - 1;
    if (depth > 0) this.words[DEPTH] = depth;
    else this.#free();
  }

  #free(): void {
    this.words[DEPTH] = 0;
    this.words[CONTEXT] = 0;
    if (this.#holder) this.#holder.holds -= 1;
    this.#holder = undefined;
    this.#mutex.release();
  }
}
