import type { WaitOptions } from '@weft/core';
import { NO_WAIT } from './cell-memory.ts';
import type { Cell } from './cell.ts';
import { queueEvents } from './diagnostics.ts';
import { MAILBOX } from './kinds.ts';
import { CELL_BYTES } from './layout.ts';
import { CHUNK_START, type Message } from './message-store.ts';
import { createCell } from './open-cell.ts';
import { DONE } from './operations/mailbox-layout.ts';
import { collectMessage, collectPlace, get, leavePlace, poll, put } from './operations/mailbox.ts';
import { type Wait, park, parkSync } from './parking.ts';

const FIRST_CHUNK = 64 * 1024 - CELL_BYTES;
/** How a message that did not come is told: the operation's state. */
export type Received = { readonly bytes: Buffer } | { readonly state: number };

/** Messages between processes, in order, each taken once: what queues and pipes are made of. */
export class Mailbox {
  readonly cell: Cell;

  constructor(cell: Cell) {
    this.cell = cell;
  }

  /**
   * @param max How many messages it holds; 0 for any number.
   * @param maxBytes How many bytes of messages; 0 for any number.
   */
  static create(max: number, maxBytes = 0): Mailbox {
    const state = new Array<number>(22).fill(0);
    state[1] = max;
    state[7] = maxBytes;
    state[17] = CHUNK_START;
    state[19] = CHUNK_START;
    return new Mailbox(createCell(MAILBOX, state, FIRST_CHUNK));
  }

  /** Puts a message once there is room; `finish` gets the state. */
  async put<T>(bytes: Uint8Array, options: WaitOptions, wait: Outcome<T>): Promise<T> {
    const message = this.cell.prepare(bytes);
    try {
      return await park(options, this.#putting(message, wait));
    } catch (error) {
      this.cell.discard(message);
      throw error;
    }
  }

  putSync<T>(bytes: Uint8Array, options: { timeout?: number | undefined }, wait: Outcome<T>): T {
    const message = this.cell.prepare(bytes);
    try {
      return parkSync(options, this.#putting(message, wait));
    } catch (error) {
      this.cell.discard(message);
      throw error;
    }
  }

  /** Puts a message if there is room. Answers the state; it is negative if there is none. */
  tryPut(bytes: Uint8Array): number {
    const message = this.cell.prepare(bytes);
    const state = this.cell.run(put, 0, NO_WAIT, message);
    if (state !== DONE) this.cell.discard(message);
    return state;
  }

  /** Takes the first message. */
  get(options: WaitOptions, wait: Outcome<Received>): Promise<Received> {
    return park(options, this.#getting(wait));
  }

  getSync(options: { timeout?: number | undefined }, wait: Outcome<Received>): Received {
    return parkSync(options, this.#getting(wait));
  }

  /** Takes the first message if there is one; the state is negative if there is none. */
  tryGet(): Received {
    return this.#received(this.cell.run(get, 0, NO_WAIT));
  }

  /** Waits until there is something to take, or nothing will come. */
  poll<T>(options: WaitOptions, wait: Outcome<T>): Promise<T> {
    return park(options, { ...wait, cell: this.cell, events: queueEvents, begin: poll });
  }

  pollSync<T>(options: { timeout?: number | undefined }, wait: Outcome<T>): T {
    return parkSync(options, { ...wait, cell: this.cell, events: queueEvents, begin: poll });
  }

  #putting<T>(message: Message, wait: Outcome<T>): Wait<T> {
    const { cell } = this;
    return {
      ...wait,
      cell,
      events: queueEvents,
      begin: put,
      collect: collectPlace,
      leave: leavePlace,
      passesOn: true,
      value: message.length,
      message,
    };
  }

  #getting(wait: Outcome<Received>): Wait<Received> {
    return {
      ...wait,
      cell: this.cell,
      events: queueEvents,
      begin: get,
      collect: collectMessage,
      passesOn: true,
      finish: (state) => {
        const received = this.#received(state);
        return 'bytes' in received ? received : wait.finish(state);
      },
    };
  }

  #received(state: number): Received {
    if (state !== DONE) return { state };
    return { bytes: this.cell.unwrap(this.cell.takeIncoming()) };
  }
}

/** What differs from wait to wait. */
export type Outcome<T> = Pick<Wait<T>, 'subject' | 'action' | 'finish' | 'expire'>;
