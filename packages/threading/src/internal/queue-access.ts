import { QueueEmptyError, QueueFullError, TimeoutError, type WaitOptions } from '@weft/core';
import { checkWait } from '@weft/core/lowlevel';
import { queueEvents } from './events.ts';
import { lookAway } from './latch.ts';
import { Originals } from './originals.ts';
import {
  type Found,
  type Parcel,
  keepOrLetGo,
  mayNeedLoading,
  throwAway,
  unwrap,
  unwrapLoading,
  wrap,
} from './parcel.ts';
import type { QueueCore } from './queue-core.ts';
import { Word } from './queue-layout.ts';
import { Action, GetTurn, JoinTurn, PutTurn } from './queue-turns.ts';
import { self } from './registry.ts';
import { awaitFor, blockFor, timedOut } from './turn.ts';

const LOOKS = 30;

/** What all queues do, whatever order they have. */
export class QueueAccess<T> {
  readonly #core: QueueCore;
  readonly #originals: Originals;
  readonly #getTurn: () => GetTurn;

  constructor(core: QueueCore) {
    this.#core = core;
    this.#originals = new Originals(core);
    this.#getTurn = () => new GetTurn(core);
  }

  async put(item: T, options: WaitOptions): Promise<void> {
    const timeout = checkWait(options, Action.Put);
    options.signal?.throwIfAborted();
    const parcel = this.#wrap(item);
    if (this.#tryPut(parcel, item)) return;
    await this.#discarding(parcel, async () => {
      if (timeout === 0) throw new QueueFullError();
      const put = await awaitFor<true | typeof timedOut>(
        new PutTurn(this.#core, parcel, item),
        options,
        () => timedOut,
      );
      if (put === timedOut) throw outOfTime(QueueFullError, Action.Put, timeout, 'full');
    });
    this.#report('put');
  }

  putSync(item: T, options: { timeout?: number }): void {
    const timeout = checkWait(options, Action.Put);
    const parcel = this.#wrap(item);
    if (this.#tryPut(parcel, item)) return;
    try {
      if (timeout === 0) throw new QueueFullError();
      const put = blockFor(new PutTurn(this.#core, parcel, item), timeout);
      if (put === timedOut) throw outOfTime(QueueFullError, Action.Put, timeout, 'full');
    } catch (error) {
      this.#discard(parcel);
      throw error;
    }
    this.#report('put');
  }

  putNowait(item: T): void {
    this.putSync(item, { timeout: 0 });
  }

  async get(options: WaitOptions): Promise<T> {
    const timeout = checkWait(options, Action.Get);
    options.signal?.throwIfAborted();
    let found = this.#tryGet();
    if (found === undefined) {
      if (timeout === 0) throw new QueueEmptyError();
      const got = await awaitFor<Found | typeof timedOut>(this.#getTurn(), options, () => timedOut);
      if (got === timedOut) throw outOfTime(QueueEmptyError, Action.Get, timeout, 'empty');
      found = got;
      this.#report('get');
    }
    const original = this.#recall(found);
    if (original !== undefined) return original as T;
    return (mayNeedLoading(found) ? await unwrapLoading(found) : unwrap(found)) as T;
  }

  getSync(options: { timeout?: number }): T {
    const timeout = checkWait(options, Action.Get);
    let found = this.#tryGet();
    if (found === undefined && timeout > 0) found = this.#spinForItem();
    if (found === undefined) {
      if (timeout === 0) throw new QueueEmptyError();
      const got = blockFor(this.#getTurn(), timeout);
      if (got === timedOut) throw outOfTime(QueueEmptyError, Action.Get, timeout, 'empty');
      found = got;
      this.#report('get');
    }
    return (this.#recall(found) ?? unwrap(found)) as T;
  }

  getNowait(): T {
    return this.getSync({ timeout: 0 });
  }

  async join(options: WaitOptions): Promise<void> {
    checkWait(options, Action.Join);
    options.signal?.throwIfAborted();
    await awaitFor<true>(new JoinTurn(this.#core), options);
  }

  joinSync(options: { timeout?: number }): void {
    const timeout = checkWait(options, Action.Join);
    if (blockFor(new JoinTurn(this.#core), timeout) === timedOut) throw new TimeoutError(Action.Join, timeout);
  }

  shutDown(immediate: boolean): void {
    this.#core.shutDown(immediate);
    this.#originals.sweep();
  }

  #recall(found: Found): object | undefined {
    if (found.number === 0) return undefined;
    const original = this.#originals.recall(found.number);
    if (original !== undefined) throwAway(found);
    return original;
  }

  #wrap(item: T): Parcel {
    this.#core.mustBeOpen();
    const parcel = wrap(item);
    if (typeof item === 'object' && item !== null) parcel.number = this.#originals.remember(item, parcel.length);
    this.#core.store(parcel);
    return parcel;
  }

  #tryPut(parcel: Parcel, item: T): boolean {
    const core = this.#core;
    let fits = false;
    let put = false;
    core.lock();
    try {
      fits = core.read(Word.Shut) === 0 && core.hasRoom();
      if (fits) core.push(parcel, item);
      put = fits;
    } finally {
      core.unlock();
      keepOrLetGo(parcel, put);
      if (!put) this.#refuse(parcel, fits);
    }
    if (put) this.#report('put');
    return put;
  }

  // Between the first look and this one the queue may have been shut down; or a comparison threw.
  #refuse(parcel: Parcel, failed: boolean): void {
    if (failed || this.#core.read(Word.Shut) === 1) this.#discard(parcel);
    this.#core.mustBeOpen();
  }

  #tryGet(): Found | undefined {
    const core = this.#core;
    // Without the latch, which others want. After a shutdown what there is must be known for certain.
    if (core.read(Word.Count) === 0 && core.read(Word.Shut) === 0) return undefined;
    core.lock();
    if (core.available() > 0) {
      const found = core.pop();
      this.#report('get');
      return found;
    }
    core.unlock();
    core.mustBeOpen();
    return undefined;
  }

  // An item that comes within some microseconds is taken without standing in line for it.
  #spinForItem(): Found | undefined {
    for (let looks = 0; looks < LOOKS; looks += 1) {
      if (this.#core.read(Word.Count) > 0) return this.#tryGet();
      lookAway();
    }
    return undefined;
  }

  #discard(parcel: Parcel): void {
    this.#originals.recall(parcel.number);
    this.#core.discard(parcel);
  }

  async #discarding(parcel: Parcel, wait: () => Promise<void>): Promise<void> {
    try {
      await wait();
    } catch (error) {
      this.#discard(parcel);
      throw error;
    }
  }

  #report(event: 'put' | 'get'): void {
    if (!queueEvents.hasSubscribers) return;
    const { id, rule } = this.#core;
    queueEvents.publish({ event, id, rule, thread: self, size: this.#core.read(Word.Count) });
  }
}

function outOfTime<E>(type: new (message: string) => E, action: string, timeout: number, state: string): E {
  return new type(`Cannot ${action} within ${timeout} ms: the queue is ${state}`);
}
