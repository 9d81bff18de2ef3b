import { inspect } from 'node:util';
import { BrokenBarrierError, type Medium, type Target, type WaitOptions, fromWire, task, toWire } from '@weft/core';
import {
  type TargetReference,
  actNow,
  checkOptions,
  checkTimeout,
  checkWait,
  describeTarget,
  loadTarget,
  loadTargetNow,
} from '@weft/core/lowlevel';
import { Cell } from './internal/cell.ts';
import { lockEvents } from './internal/diagnostics.ts';
import { BARRIER } from './internal/kinds.ts';
import { createCell, receiveCell } from './internal/open-cell.ts';
import {
  AGAIN,
  AT_BROKEN,
  AT_PARTIES,
  IS_BROKEN,
  LAST,
  abort,
  arrive,
  complete,
  leave,
  reset,
  waiting,
} from './internal/operations/barrier.ts';
import { reap } from './internal/operations/waits.ts';
import { type Wait, park, parkSync } from './internal/parking.ts';

const ACTION = 'pass the barrier';

/** What a barrier may be given. */
export interface BarrierOptions {
  /** What one of the parties runs when all have come, before any goes on; exported, if the barrier crosses. */
  action?: Target<[], unknown> | undefined;
  /** How long each party waits unless it says otherwise, in milliseconds; for ever if left out. */
  timeout?: number | undefined;
}

interface State {
  readonly name: string;
  readonly timeout: number | undefined;
  readonly action: TargetReference | undefined;
}

/**
 * Lets a number of parties wait for each other; then all go on at once. It can be used again.
 *
 * A party that runs out of time or dies breaks it for all, one that is aborted only leaves.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Barrier
 * @example
 * const barrier = new Barrier(2);
 * await Promise.all([barrier.wait(), barrier.wait()]);
 */
export class Barrier {
  static {
    task(import.meta, this);
  }
  readonly #cell: Cell;
  readonly #timeout: number | undefined;
  #action: Target<[], unknown> | undefined;
  #reference: TargetReference | undefined;

  /**
   * @param parties How many wait for each other.
   * @throws {RangeError} If `parties` is below 1 or above 65,535.
   * @throws {TypeError} If `action` is no function.
   */
  constructor(parties: number | Cell, options: BarrierOptions = {}) {
    checkOptions('make a barrier', options);
    if (options.timeout !== undefined) checkTimeout(options.timeout);
    if (options.action !== undefined && typeof options.action !== 'function')
      throw new TypeError(`Cannot use action = ${String(options.action)}: it must be an exported function`);
    this.#cell = parties instanceof Cell ? parties : makeCell(parties);
    this.#timeout = options.timeout;
    this.#action = options.action;
  }

  /** How many wait for each other. */
  get parties(): number {
    return this.#cell.load(AT_PARTIES);
  }

  /** How many wait now. */
  get nWaiting(): number {
    return this.broken ? 0 : this.#cell.run(waiting);
  }

  /** Whether it is broken. */
  get broken(): boolean {
    this.#cell.run(reap);
    return this.#cell.load(AT_BROKEN) === 1;
  }

  /**
   * Waits until all parties have come.
   *
   * @returns Which one this party was, another number for each, from 0 on.
   * @throws {BrokenBarrierError} If the barrier is or becomes broken, is reset, or time runs out.
   */
  async wait(options: WaitOptions = {}): Promise<number> {
    const limits = { timeout: this.#limit(options), signal: options.signal };
    for (;;) {
      const place = await park(limits, this.#wait());
      if (place === AGAIN) continue;
      if (place < LAST) return place;
      await this.#act(async () => {
        if (this.#reference) this.#action ??= (await loadTarget(this.#reference)) as Target<[], unknown>;
        await this.#action?.();
      });
      this.#complete();
      return place - LAST;
    }
  }

  /** The same, blocking the thread. It throws a {@link TypeError}, and breaks the barrier, if the action returns a promise. */
  waitSync(options: { timeout?: number | undefined } = {}): number {
    const limits = { timeout: this.#limit(options) };
    for (;;) {
      const place = parkSync(limits, this.#wait());
      if (place === AGAIN) continue;
      if (place < LAST) return place;
      this.#actSync();
      this.#complete();
      return place - LAST;
    }
  }

  /** Sends those who wait away with a {@link BrokenBarrierError}, and makes a broken barrier whole. */
  reset(): void {
    this.#cell.run(reset);
  }

  /** Breaks the barrier for those who wait and for all who come. */
  abort(): void {
    this.#cell.run(abort);
  }

  [inspect.custom](): string {
    return `Barrier { ${this.broken ? 'broken' : `${this.nWaiting} of ${this.parties} wait`} }`;
  }

  [toWire](_medium: Medium): unknown {
    const action = this.#reference ?? (this.#action && describeTarget(this.#action));
    return { name: this.#cell.send(), timeout: this.#timeout, action } satisfies State;
  }

  static [fromWire]({ name, timeout, action }: State): Barrier {
    const barrier = new Barrier(receiveCell(name), { timeout });
    barrier.#reference = action;
    return barrier;
  }

  #limit(options: WaitOptions): number | undefined {
    checkWait(options, ACTION);
    return options.timeout === undefined ? this.#timeout : options.timeout;
  }

  #wait(): Wait<number> {
    return {
      cell: this.#cell,
      subject: this,
      events: lockEvents,
      action: ACTION,
      begin: arrive,
      value: Number(this.#action !== undefined || this.#reference !== undefined),
      leave,
      finish(place) {
        if (place === IS_BROKEN) throw new BrokenBarrierError();
        return place;
      },
      expire: (timeout) => {
        this.abort();
        throw new BrokenBarrierError(`Cannot pass the barrier within ${timeout} ms: it is broken now`);
      },
    };
  }

  async #act(action: () => Promise<void>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.abort();
      throw error;
    }
  }

  #actSync(): void {
    try {
      if (this.#reference) this.#action ??= loadTargetNow(this.#reference) as Target<[], unknown>;
      actNow(this.#action);
    } catch (error) {
      this.abort();
      throw error;
    }
  }

  #complete(): void {
    if (this.#cell.run(complete) === IS_BROKEN) throw new BrokenBarrierError();
  }
}

const MAX_PARTIES = 65_535;

function makeCell(parties: number): Cell {
  if (!Number.isInteger(parties) || parties < 1 || parties > MAX_PARTIES) {
    throw new RangeError(
      `Cannot make a barrier for ${parties} parties: it must be a whole number from 1 to ${MAX_PARTIES}`,
    );
  }
  return createCell(BARRIER, [parties]);
}
