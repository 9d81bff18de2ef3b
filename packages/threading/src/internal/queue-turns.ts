import { QueueShutDownError } from '@weft/core';
import { queueEvents } from './events.ts';
import { Kind, Node, State } from './layout.ts';
import { append, remove } from './line.ts';
import { freeNode, stateOf, takeNode } from './nodes.ts';
import type { Found, Parcel } from './parcel.ts';
import { type QueueCore, SHUT } from './queue-core.ts';
import { Word } from './queue-layout.ts';
import { memory } from './registry.ts';
import type { Turn } from './turn.ts';

/** What a queue is waited for, as infinitives. */
export const Action = { Put: 'put an item', Get: 'get an item', Join: 'see all tasks done' } as const;

abstract class QueueTurn<T> implements Turn<T> {
  abstract readonly action: string;
  readonly reporter = queueEvents;
  protected readonly core: QueueCore;
  readonly #head: number;
  #value: T | undefined;

  constructor(core: QueueCore, head: number) {
    this.core = core;
    this.#head = head;
  }

  /** Whether what is wanted is there. Called with the latch held. */
  protected abstract isThere(): boolean;
  /** Takes it. Called with the latch held, and lets go of it. */
  protected abstract take(): T;
  /** Which count says what was promised to those who were woken. */
  protected abstract readonly promised: number;

  enter(kind: number): number {
    const node = takeNode(kind);
    this.core.lock();
    if (this.isThere()) {
      freeNode(node);
      this.#value = this.take();
      return 0;
    }
    if (this.core.read(Word.Shut) === 1 && this.promised !== 0) {
      this.core.unlock();
      freeNode(node);
      throw new QueueShutDownError();
    }
    append(this.core.words, this.#head, node);
    this.core.unlock();
    return node;
  }

  taken(): T {
    return this.#value as T;
  }

  granted(node: number): T {
    if (this.promised === 0) {
      freeNode(node);
      return true as T;
    }
    this.core.lock();
    const shut = memory[node + Node.Data] === SHUT;
    remove(this.core.words, this.#head, node);
    freeNode(node);
    if (shut) {
      this.core.unlock();
      throw new QueueShutDownError();
    }
    this.core.words[this.promised] = (this.core.words[this.promised] as number) - 1;
    return this.take();
  }

  leave(node: number): boolean {
    this.core.lock();
    const waiting = stateOf(node) === State.Waiting;
    const passesOn = !waiting && this.#mayPassOn(node);
    if (waiting || passesOn) remove(this.core.words, this.#head, node);
    if (passesOn) {
      this.core.words[this.promised] = (this.core.words[this.promised] as number) - 1;
      this.core.promiseItems();
      this.core.promiseRoom();
    }
    this.core.unlock();
    if (waiting) freeNode(node);
    return waiting || passesOn;
  }

  recheck(): void {
    this.core.recheck();
  }

  // What was promised to code that awaits it is for the next one, if that code is cancelled before it has it.
  #mayPassOn(node: number): boolean {
    const isPromised = this.promised !== 0 && memory[node + Node.Data] !== SHUT;
    return isPromised && memory[node + Node.Kind] === Kind.Awaiting;
  }
}

/** A wait for an item. */
export class GetTurn extends QueueTurn<Found> {
  readonly action = Action.Get;
  protected readonly promised = Word.Promised;

  constructor(core: QueueCore) {
    super(core, Word.Getters);
  }

  protected isThere(): boolean {
    return this.core.available() > 0;
  }

  protected take(): Found {
    return this.core.pop();
  }
}

/** A wait for a place for an item. */
export class PutTurn extends QueueTurn<true> {
  readonly action = Action.Put;
  protected readonly promised = Word.Room;
  readonly #parcel: Parcel;
  readonly #item: unknown;

  constructor(core: QueueCore, parcel: Parcel, item: unknown) {
    super(core, Word.Putters);
    this.#parcel = parcel;
    this.#item = item;
  }

  protected isThere(): boolean {
    return this.core.read(Word.Shut) === 0 && this.core.hasRoom();
  }

  protected take(): true {
    try {
      this.core.push(this.#parcel, this.#item);
    } finally {
      this.core.promiseRoom();
      this.core.unlock();
    }
    return true;
  }
}

/** A wait for all tasks to be done. */
export class JoinTurn extends QueueTurn<true> {
  readonly action = Action.Join;
  protected readonly promised = 0;

  constructor(core: QueueCore) {
    super(core, Word.Joiners);
  }

  protected isThere(): boolean {
    return this.core.read(Word.Unfinished) === 0;
  }

  protected take(): true {
    this.core.unlock();
    return true;
  }
}
