import { inspect } from 'node:util';
import { type Medium, type WaitOptions, fromWire, task, toWire } from '@weft/core';
import { Cell } from './internal/cell.ts';
import { checkOwn } from './internal/check-own.ts';
import { lockEvents } from './internal/diagnostics.ts';
import { EVENT } from './internal/kinds.ts';
import { createCell, receiveCell } from './internal/open-cell.ts';
import { AT_FLAG, clear, set, wait } from './internal/operations/event.ts';
import { type Wait, park, parkSync } from './internal/parking.ts';

/**
 * A flag that processes share and wait for.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Event
 * @example
 * const ready = new Event();
 * await ready.wait({ timeout: 1000 });
 */
export class Event {
  static {
    task(import.meta, this);
  }
  readonly #cell: Cell;

  /** @param cell Left out but by {@link fromWire}. */
  constructor(cell: Cell = createCell(EVENT, [0])) {
    checkOwn('an event', cell, Cell);
    this.#cell = cell;
  }

  /** Sets the flag: all who wait go on, also those who find it cleared again by then. */
  set(): void {
    this.#cell.run(set);
  }

  /** Clears the flag. */
  clear(): void {
    this.#cell.run(clear);
  }

  /** Whether the flag is set. */
  isSet(): boolean {
    return this.#cell.load(AT_FLAG) === 1;
  }

  /**
   * Waits until the flag is set.
   *
   * @returns Whether it was: `false` if time ran out.
   */
  wait(options: WaitOptions = {}): Promise<boolean> {
    return park(options, this.#wait());
  }

  /** The same, blocking the thread. */
  waitSync(options: { timeout?: number | undefined } = {}): boolean {
    return parkSync(options, this.#wait());
  }

  [inspect.custom](): string {
    return `Event { ${this.isSet() ? 'set' : 'unset'} }`;
  }

  [toWire](_medium: Medium): unknown {
    return this.#cell.send();
  }

  static [fromWire](name: string): Event {
    return new Event(receiveCell(name));
  }

  #wait(): Wait<boolean> {
    return {
      cell: this.#cell,
      subject: this,
      events: lockEvents,
      action: 'wait for the event',
      begin: wait,
      finish: () => true,
      expire: () => false,
    };
  }
}
