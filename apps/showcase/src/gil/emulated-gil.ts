import { channel } from 'node:diagnostics_channel';
import { fromWire, toWire } from '@weft/combined';

/** CPython's own switch interval, in milliseconds. */
const SWITCH_INTERVAL = 5;

/** 1 while a thread holds the lock. Threads sleep on this word until it is 0. */
const LOCKED = 0;
/** How often the lock went over to another thread. Who had to let go sleeps on this word until it changes. */
const SWITCHES = 1;
/** 1 when a thread has waited a whole interval: the holder lets go at its next checkpoint. */
const DROP_REQUEST = 2;
/** The number of the thread that held the lock last. */
const LAST_HOLDER = 3;
/** How many threads have been numbered. */
const NUMBERED = 4;
const WORDS = 5;

const waits = channel('showcase:wait');

/**
 * A global interpreter lock as CPython's, for threads that play along: Node has none.
 *
 * The mechanism is CPython's own: a thread that wants the lock waits for one switch interval, then asks the holder to
 * drop it; the holder does so at its next checkpoint, and goes on only after another thread has had the lock.
 *
 * @see https://github.com/python/cpython/blob/main/Python/ceval_gil.c
 */
export class EmulatedGil {
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #me: number;

  /** @param memory The shared memory of an existing lock; left out, a new lock is made, and it is free. */
  constructor(memory = new SharedArrayBuffer(WORDS * Int32Array.BYTES_PER_ELEMENT)) {
    this.#words = new Int32Array(memory);
    this.#me = Atomics.add(this.#words, NUMBERED, 1) + 1;
  }

  [toWire](): SharedArrayBuffer {
    return this.#words.buffer;
  }

  static [fromWire](memory: unknown): EmulatedGil {
    return new EmulatedGil(memory as SharedArrayBuffer);
  }

  /** Runs a piece of work as the one thread that may run Python code. */
  hold<T>(work: () => T): T {
    this.#take();
    try {
      return work();
    } finally {
      this.#drop();
    }
  }

  /** Lets others run while this thread does what needs no interpreter, as CPython does around I/O and `sleep`. */
  allowThreads<T>(work: () => T): T {
    this.#drop();
    try {
      return work();
    } finally {
      this.#take();
    }
  }

  /** Lets go if another thread has asked for it: what CPython does between bytecodes. */
  checkpoint(): void {
    if (Atomics.load(this.#words, DROP_REQUEST) === 0) return;
    this.#drop();
    this.#take();
  }

  #take(): void {
    if (!this.#tryTake()) this.#waitAndTake();
    Atomics.store(this.#words, DROP_REQUEST, 0);
    if (Atomics.exchange(this.#words, LAST_HOLDER, this.#me) === this.#me) return;
    // Pairs with the wait in #drop: who was made to let go may come back now.
    Atomics.add(this.#words, SWITCHES, 1);
    Atomics.notify(this.#words, SWITCHES);
  }

  #waitAndTake(): void {
    this.#waiting(() => {
      do {
        const seen = Atomics.load(this.#words, SWITCHES);
        const woken = Atomics.wait(this.#words, LOCKED, 1, SWITCH_INTERVAL);
        const nothingMoved = woken === 'timed-out' && Atomics.load(this.#words, SWITCHES) === seen;
        if (nothingMoved && Atomics.load(this.#words, LOCKED) === 1) Atomics.store(this.#words, DROP_REQUEST, 1);
      } while (!this.#tryTake());
    });
  }

  #waiting(wait: () => unknown): void {
    if (waits.hasSubscribers) waits.publish({ type: 'waiting', reason: 'gil' });
    wait();
    if (waits.hasSubscribers) waits.publish({ type: 'resumed', reason: 'gil' });
  }

  #tryTake(): boolean {
    return Atomics.compareExchange(this.#words, LOCKED, 0, 1) === 0;
  }

  #drop(): void {
    const seen = Atomics.load(this.#words, SWITCHES);
    const forced = Atomics.load(this.#words, DROP_REQUEST) === 1;
    // Pairs with the wait and the compareExchange of whoever takes the lock next.
    Atomics.store(this.#words, LOCKED, 0);
    Atomics.notify(this.#words, LOCKED, 1);
    if (forced) this.#waiting(() => Atomics.wait(this.#words, SWITCHES, seen, SWITCH_INTERVAL));
  }
}
