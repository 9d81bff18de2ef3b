import { inspect, types } from 'node:util';
import { BrokenBarrierError, type Medium, type WaitOptions, fromWire, task, toWire } from '@weft/core';
import {
  type TargetReference,
  actNow,
  checkOptions,
  checkTimeout,
  checkWait,
  describeTarget,
  loadTarget,
} from '@weft/core/lowlevel';
import { GATE_WORDS } from './internal/gate.ts';
import { type Passage, Rendezvous } from './internal/rendezvous.ts';
import { SharedObject, type SharedState, adopt } from './internal/shared-object.ts';
import { awaitFor, blockFor, timedOut } from './internal/turn.ts';

/** How a barrier is made. */
export interface BarrierOptions {
  /**
   * Called by the last party of each round, before any passes. To cross to another thread it must be an exported
   * function.
   */
  action?: (() => unknown) | undefined;
  /** How long a party waits unless it says otherwise, in milliseconds; left out, for ever. */
  timeout?: number | undefined;
}

interface BarrierState extends SharedState {
  action: TargetReference | undefined;
  timeout: number | undefined;
}

const OUT_OF_TIME: Passage = { index: -1, leads: false, resets: 0 };

/**
 * Lets parties wait for each other until all are there, round after round, across threads.
 *
 * If a party runs out of time or dies, or the action throws, the barrier breaks for all; who leaves because its signal
 * aborts only counts one less. Once all are there, neither time nor a signal ends a wait, however long the action takes.
 *
 * @see https://docs.python.org/3/library/threading.html#threading.Barrier
 * @example
 * const barrier = new Barrier(2);
 * await Promise.all([barrier.wait({ timeout: 1000 }), barrier.wait({ timeout: 1000 })]);
 */
export class Barrier extends SharedObject {
  static {
    task(import.meta, this);
  }
  readonly #rendezvous: Rendezvous;
  readonly #timeout: number | undefined;
  #action: (() => unknown) | PromiseLike<() => unknown> | undefined;

  /**
   * @param parties How many wait for each other.
   * @throws {TypeError} If `action` is not a function.
   * @throws {RangeError} If `parties` is not a whole number of 1 or more.
   */
  constructor(parties: number, options: BarrierOptions = {}) {
    checkOptions('make a barrier', options);
    super(GATE_WORDS * 4);
    this.#rendezvous = new Rendezvous(this.words);
    if (!Number.isInteger(parties) || parties < 1 || parties > 0xff_ffff) {
      throw new RangeError(`Cannot make a barrier for ${parties} parties: it must be a whole number of 1 or more`);
    }
    checkTimeout(options.timeout);
    const { action } = options as { action?: unknown };
    if (action !== undefined && typeof action !== 'function' && !types.isPromise(action))
      throw new TypeError(`Cannot make a barrier with the action ${inspect(action)}: it is not a function`);
    if (this.isFresh) this.#rendezvous.parties = parties;
    this.#timeout = options.timeout;
    this.#action = options.action;
  }

  /** How many parties wait for each other. */
  get parties(): number {
    return this.#rendezvous.parties;
  }

  /** How many wait at present. */
  get nWaiting(): number {
    return this.#rendezvous.waiting;
  }

  /** Whether the barrier is broken. */
  get broken(): boolean {
    // One who waits may have died.
    if (this.#rendezvous.waiting > 0) this.#rendezvous.recheck();
    return this.#rendezvous.broken;
  }

  /**
   * Waits until all parties are there.
   *
   * @param options How long to wait; left out, as the barrier's own `timeout` says. A signal that ends the wait.
   * @returns A number from 0 to `parties - 1`, another one for each party of a round.
   * @throws {BrokenBarrierError} If the barrier is broken or reset, or time runs out, which breaks it.
   */
  async wait(options: WaitOptions = {}): Promise<number> {
    const timeout = this.#timeoutOf(options);
    options.signal?.throwIfAborted();
    const passage = await awaitFor(this.#rendezvous, { ...options, timeout }, () => OUT_OF_TIME);
    if (passage === OUT_OF_TIME) this.#breakFor(timeout);
    if (passage.leads) {
      await this.#act(passage, async () => {
        this.#action = await this.#action;
        await this.#action?.();
      });
    }
    return passage.index;
  }

  /** Does the same as {@link wait}, blocking the calling thread. It throws a {@link TypeError}, and breaks the barrier, if the action returns a promise. */
  waitSync(options: { timeout?: number } = {}): number {
    const timeout = this.#timeoutOf(options);
    const passage = blockFor(this.#rendezvous, timeout);
    if (passage === timedOut) return this.#breakFor(timeout);
    if (passage.leads) {
      this.#mustStand(passage);
      try {
        if (typeof this.#action === 'object')
          throw new TypeError('Cannot run the action: its module is still being loaded');
        actNow(this.#action);
      } catch (error) {
        this.abort();
        throw error;
      }
      this.#pass(passage);
    }
    return passage.index;
  }

  /** Sends those who wait away with a {@link BrokenBarrierError}, and begins anew. */
  reset(): void {
    this.#rendezvous.reset();
  }

  /** Breaks the barrier: those who wait, and who come later, get a {@link BrokenBarrierError}. */
  abort(): void {
    this.#rendezvous.break();
  }

  override [toWire](medium: Medium): unknown {
    const action = typeof this.#action === 'function' ? describeTarget(this.#action) : undefined;
    return { ...(super[toWire](medium) as SharedState), action, timeout: this.#timeout };
  }

  static [fromWire](state: BarrierState): Barrier {
    const action = state.action && (loadTarget(state.action) as BarrierOptions['action']);
    return adopt(state, this, () => new this(1, { action, timeout: state.timeout }));
  }

  [inspect.custom](): string {
    const state = this.broken ? 'broken' : `waiters=${this.nWaiting}/${this.parties}`;
    return `${this.constructor.name} { ${state} }`;
  }

  #timeoutOf(options: WaitOptions): number {
    const timeout = checkWait(options, this.#rendezvous.action);
    return options.timeout === undefined ? (this.#timeout ?? Infinity) : timeout;
  }

  async #act(passage: Passage, action: () => Promise<void>): Promise<void> {
    this.#mustStand(passage);
    try {
      await action();
    } catch (error) {
      this.abort();
      throw error;
    }
    this.#pass(passage);
  }

  // Its round may be over before it knows that it leads.
  #mustStand(passage: Passage): void {
    if (!this.#rendezvous.stands(passage)) throw new BrokenBarrierError();
  }

  #pass(passage: Passage): void {
    if (!this.#rendezvous.finish(passage)) throw new BrokenBarrierError();
  }

  #breakFor(timeout: number): never {
    this.abort();
    throw new BrokenBarrierError(`Cannot pass the barrier within ${timeout} ms: it is broken now`);
  }
}
