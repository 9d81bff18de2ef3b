import { hasBackground } from './pool-background.ts';
import { Claims } from './pool-claims.ts';
import { plainValue } from './pool-codec.ts';
import { type Board, Seat, Slot, slotAt } from './pool-layout.ts';
import type { Mailbox } from './pool-mailbox.ts';
import type { Recycling } from './pool-recycling.ts';
import type { Results } from './pool-results.ts';
import { Runner } from './pool-runner.ts';
import { Searcher } from './pool-searcher.ts';
import { readValue } from './pool-slots.ts';
import type { TargetTable } from './pool-targets.ts';

/** How many tasks go between two looks at the clock, at most. */
const SAMPLE = 32;
/** How long a worker may work without a turn of its event loop while something there waits, in milliseconds. */
const FAIR = 10;

/** What a dispatcher works with. */
export interface DispatcherParts {
  readonly results: Results;
  readonly mailbox: Mailbox;
  readonly targets: TargetTable;
  readonly recycling: Recycling;
  readonly idleTimeout: number;
}

/** Brings the tasks of one worker to it, and decides whether it works, sleeps, or returns to its event loop. */
export class Dispatcher {
  readonly #board: Board;
  readonly #claims: Claims;
  readonly #results: Results;
  readonly #searcher: Searcher;
  readonly #mailbox: Mailbox;
  readonly #runner: Runner;
  readonly #recycling: Recycling;
  readonly #block: number;
  readonly #concurrency: number;
  readonly #idleTimeout: number;
  readonly #waiting: () => boolean;
  #busy = false;
  #looping = false;
  #lastTurn = 0;

  constructor(board: Board, seat: number, parts: DispatcherParts) {
    this.#board = board;
    this.#claims = new Claims(board, seat);
    this.#searcher = new Searcher(board, this.#claims, seat);
    this.#results = parts.results;
    this.#mailbox = parts.mailbox;
    this.#recycling = parts.recycling;
    this.#idleTimeout = parts.idleTimeout;
    this.#block = board.seatAt(seat);
    this.#concurrency = board.concurrency;
    this.#waiting = () => this.#claims.waiting || this.#mailbox.unread || this.#mailbox.hasBound;
    this.#runner = new Runner(board, seat, {
      ...parts,
      // Before the owner hears of it, so that what it submits next finds somebody who looks.
      onEnd: () => {
        if (!this.#claims.waiting) this.#searcher.begin();
      },
      onFree: () => this.#run(true),
    });
  }

  /** The event loop turns: works, then sleeps here or goes back to the loop if something there is awaited. */
  turn(): void {
    this.#lastTurn = performance.now();
    this.#run(false);
  }

  #run(inMicrotask: boolean): void {
    if (this.#busy) return;
    this.#busy = true;
    if (this.#looping) {
      this.#looping = false;
      this.#searcher.unloop();
    }
    for (;;) {
      if (this.#waiting() && this.#hasRoom()) {
        if (this.#work()) continue;
        setImmediate(() => this.turn());
        break;
      }
      if (this.#mailbox.unread) {
        this.#mailbox.read();
        continue;
      }
      if (this.#mayLeave()) this.#leave();
      if (this.#runner.active > 0 && this.#runner.wanting === this.#runner.active && !this.#hasRoom()) {
        this.#searcher.end();
        this.#mailbox.block();
        continue;
      }
      if (this.#hasRoom() && this.#searcher.spin(this.#waiting)) continue;
      this.#searcher.end();
      if (this.#runner.active === 0) this.#runner.rest();
      // Others may have microtasks too: they run before this thread blocks.
      if (inMicrotask && this.#runner.active === 0) {
        setImmediate(() => this.turn());
        break;
      }
      if (this.#runner.active > 0 || hasBackground()) {
        if (this.#hasRoom() && !this.#searcher.loop(this.#waiting)) continue;
        this.#looping = this.#hasRoom();
        break;
      }
      if (!this.#searcher.sleep(this.#waiting, this.#idleTimeout) && !this.#waiting()) this.#leave();
    }
    this.#busy = false;
  }

  #hasRoom(): boolean {
    return this.#runner.active < this.#concurrency && !this.#recycling.due;
  }

  // Streams that no loop has begun to read, and may never be read on, do not hold a worker that was told to stop.
  #mayLeave(): boolean {
    const { active, unread } = this.#runner;
    if (active !== unread) return false;
    return (active === 0 && this.#recycling.due) || Atomics.load(this.#board.words, this.#block + Seat.Stop) === 1;
  }

  // Does what there is. Answers `false` if the event loop must turn first.
  #work(): boolean {
    let since = performance.now();
    let done = 0;
    let fair = true;
    this.#board.doubles[(this.#block + Seat.BurstStart) >> 1] = since + this.#results.offset;
    while (fair && this.#hasRoom() && this.#next()) {
      done += 1;
      if (done < SAMPLE && done * this.#searcher.estimate < FAIR * 1e5) continue;
      since = this.#sample(since, done);
      done = 0;
      this.#searcher.wakeAnother();
      fair = since - this.#lastTurn < FAIR || !hasBackground();
    }
    if (done > 0) this.#sample(since, done);
    return fair;
  }

  #sample(since: number, done: number): number {
    const now = performance.now();
    const { doubles } = this.#board;
    const busy = (this.#block + Seat.BusyTime) >> 1;
    doubles[busy] = (doubles[busy] as number) + now - since;
    doubles[(this.#block + Seat.BurstStart) >> 1] = now + this.#results.offset;
    this.#searcher.measure(now - since, done);
    this.#recycling.look(now);
    return now;
  }

  // Begins one task. Answers `false` if there is none.
  #next(): boolean {
    if (this.#mailbox.unread) {
      this.#mailbox.read();
      // Tasks whose arguments came may go on waiting for something else.
      if (!this.#hasRoom()) return false;
    }
    const bound = this.#mailbox.takeBound();
    if (bound !== undefined) {
      this.#runner.note(bound.bound);
      this.#begin(bound.bound, bound.kind, plainValue(bound.kind, bound.payload));
      return true;
    }
    const position = this.#claims.next();
    if (position === -1) return false;
    this.#searcher.found();
    const { slots, arena } = this.#board;
    const at = slotAt(position);
    const id = slots.words[at + Slot.Id] as number;
    const kind = slots.words[at + Slot.Kind] as number;
    // Before the slot is given back: whoever finds this worker dead finds the task in one or the other.
    this.#runner.note(id);
    const value = readValue(slots, at, kind, arena);
    this.#claims.release(position);
    this.#begin(id, kind, value);
    return true;
  }

  #begin(id: number, kind: number, value: unknown): void {
    this.#recycling.count();
    this.#runner.begin(id, kind, value);
  }

  #leave(): void {
    Atomics.store(this.#board.words, this.#block + Seat.Left, 1);
    process.exit(0);
  }
}
