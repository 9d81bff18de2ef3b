import { type Body, loadClasses, unpack } from '@weft/core/lowlevel';
import { Flag, KIND_MASK, Kind, TARGET_SHIFT, deserialize } from './pool-codec.ts';
import { Claims } from './pool-claims.ts';
import { type Callee, invoke, invokeAll } from './pool-invoke.ts';
import { type Board, Seat, Slot, slotAt } from './pool-layout.ts';
import type { Mailbox } from './pool-mailbox.ts';
import { isStream, pump } from './pool-pump.ts';
import type { Results } from './pool-results.ts';
import { Searcher } from './pool-searcher.ts';
import { readValue } from './pool-slots.ts';
import type { Recycling } from './pool-recycling.ts';
import { callWithin, forgetTask, setOnlyTask } from './pool-task.ts';
import { hasBackground } from './pool-background.ts';
import type { TargetTable } from './pool-targets.ts';

/** How many tasks go between two looks at the clock, at most. */
const SAMPLE = 32;
/** How long a worker may work without a turn of its event loop while something there waits, in milliseconds. */
const FAIR = 10;

/** Runs the tasks of one worker. */
export class Dispatcher {
  readonly #board: Board;
  readonly #claims: Claims;
  readonly #results: Results;
  readonly #searcher: Searcher;
  readonly #mailbox: Mailbox;
  readonly #targets: TargetTable;
  readonly #recycling: Recycling;
  readonly #block: number;
  readonly #runs: number;
  readonly #free: number[] = [];
  readonly #concurrency: number;
  readonly #idleTimeout: number;
  readonly #waiting: () => boolean;
  /** Tasks that have begun and wait for something. */
  #active = 0;
  /** How many of them wait for their arguments. */
  #wanting = 0;
  /** How many of them are streams, which end when their readers want. */
  #streaming = 0;
  #busy = false;
  #looping = false;
  #lastTurn = 0;

  constructor(board: Board, seat: number, parts: { results: Results; mailbox: Mailbox; targets: TargetTable; recycling: Recycling; idleTimeout: number }) {
    this.#board = board;
    this.#claims = new Claims(board, seat);
    this.#searcher = new Searcher(board, this.#claims, seat);
    this.#results = parts.results;
    this.#mailbox = parts.mailbox;
    this.#targets = parts.targets;
    this.#recycling = parts.recycling;
    this.#idleTimeout = parts.idleTimeout;
    this.#block = board.seatAt(seat);
    this.#runs = board.runsAt(seat);
    this.#concurrency = board.concurrency;
    for (let run = this.#runs + board.concurrency - 1; run >= this.#runs; run -= 1) this.#free.push(run);
    this.#waiting = () => this.#claims.waiting || this.#mailbox.unread || this.#mailbox.hasBound;
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
      if (this.#active === 0 ? this.#recycling.due || this.#isStopped() : this.#active === this.#streaming && this.#isStopped()) this.#leave();
      if (this.#active > 0 && this.#wanting === this.#active && !this.#hasRoom()) {
        this.#searcher.end();
        this.#mailbox.block();
        continue;
      }
      if (this.#hasRoom() && this.#searcher.spin(this.#waiting)) continue;
      this.#searcher.end();
      if (this.#active === 0) this.#board.words.fill(-1, this.#runs, this.#runs + this.#concurrency);
      // Others may have microtasks too: they run before this thread blocks.
      if (inMicrotask && this.#active === 0) {
        setImmediate(() => this.turn());
        break;
      }
      if (this.#active > 0 || hasBackground()) {
        if (this.#hasRoom() && !this.#searcher.loop(this.#waiting)) continue;
        this.#looping = this.#hasRoom();
        break;
      }
      if (!this.#searcher.sleep(this.#waiting, this.#idleTimeout) && !this.#waiting()) this.#leave();
    }
    this.#busy = false;
  }

  #hasRoom(): boolean {
    return this.#active < this.#concurrency && !this.#recycling.due;
  }

  #isStopped(): boolean {
    return Atomics.load(this.#board.words, this.#block + Seat.Stop) === 1;
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
    if (this.#mailbox.unread) this.#mailbox.read();
    const bound = this.#mailbox.takeBound();
    if (bound !== undefined) {
      this.#begin(bound.bound, bound.kind, bound.payload);
      return true;
    }
    const position = this.#claims.next();
    if (position === -1) return false;
    this.#searcher.found();
    const { slots, arena } = this.#board;
    const at = slotAt(position);
    const id = slots.words[at + Slot.Id] as number;
    const kind = slots.words[at + Slot.Kind] as number;
    const run = this.#free[this.#free.length - 1] as number;
    // Before the slot is given back: whoever finds this worker dead finds the task in one or the other.
    this.#board.words[run] = id;
    let value: unknown;
    try {
      value = readValue(slots, at, kind, arena);
    } finally {
      this.#claims.release(position);
    }
    this.#begin(id, kind, value);
    return true;
  }

  #begin(id: number, kind: number, value: unknown): void {
    this.#recycling.count();
    this.#board.words[this.#free[this.#free.length - 1] as number] = id;
    const callee = this.#targets.at(kind >>> TARGET_SHIFT);
    const bare = kind & KIND_MASK;
    if (typeof callee === 'function' && bare < Kind.Clone) this.#call(callee, id, kind, value);
    else this.#beginLater(id, kind, value);
  }

  // The common way: function and arguments are here, and the function returns its result.
  #call(callee: Callee, id: number, kind: number, value: unknown): void {
    const began = (kind & Flag.Timed) === 0 ? 0 : performance.now();
    if ((kind & Flag.Watched) !== 0) this.#results.note(id, Kind.Started);
    let result: unknown;
    try {
      if (this.#concurrency === 1) {
        setOnlyTask(id);
        result = callWith(callee, kind, value);
      } else {
        result = callWithin(id, () => callWith(callee, kind, value));
      }
    } catch (error) {
      this.#end(id, error, began, true);
      return;
    }
    this.#return(id, result, began);
  }

  #return(id: number, result: unknown, began: number): void {
    if (result === null || typeof result !== 'object') this.#end(id, result, began, false);
    else if (isThenable(result)) this.#await(result, id, began);
    else if (isStream(result)) this.#stream(result, id);
    else this.#end(id, result, began, false);
  }

  // The reader decides when it ends; until then it takes the place of a task.
  #stream(iterable: AsyncIterable<unknown>, id: number): void {
    const run = this.#occupy();
    this.#streaming += 1;
    void pump(iterable, id, this.#results, this.#mailbox).then(() => {
      this.#streaming -= 1;
      this.#vacate(run);
      this.#run(true);
    });
  }

  #await(result: PromiseLike<unknown>, id: number, began: number): void {
    const run = this.#occupy();
    result.then(
      (value) => this.#settle(run, id, value, began, false),
      (error: unknown) => this.#settle(run, id, error, began, true),
    );
  }

  #settle(run: number, id: number, outcome: unknown, began: number, threw: boolean): void {
    if (!threw && outcome !== null && typeof outcome === 'object' && isStream(outcome)) this.#stream(outcome, id);
    else this.#end(id, outcome, began, threw);
    this.#board.words[run] = -1;
    this.#vacate(run);
    this.#run(true);
  }

  // The arguments, or the function, are not at hand yet.
  #beginLater(id: number, kind: number, value: unknown): void {
    const run = this.#occupy();
    if ((kind & KIND_MASK) !== Kind.Port || value !== undefined) {
      this.#load(run, id, kind, value);
      return;
    }
    this.#wanting += 1;
    this.#mailbox.expect(id, (body) => {
      this.#wanting -= 1;
      if (body === undefined) this.#vacate(run);
      else this.#load(run, id, kind, body);
    });
    this.#results.note(id, Kind.Wanted);
  }

  #load(run: number, id: number, kind: number, value: unknown): void {
    try {
      const number = kind >>> TARGET_SHIFT;
      if (this.#targets.at(number) === undefined) this.#mailbox.read();
      const callee = this.#targets.at(number);
      const body = bodyOf(kind, value);
      const loading = body && loadClasses(body);
      if (typeof callee === 'function' && loading === undefined) {
        this.#resume(run, id, kind, callee, value, body);
        return;
      }
      Promise.all([callee, loading]).then(
        ([loaded]) => {
          this.#resume(run, id, kind, loaded as Callee, value, body);
          this.#run(true);
        },
        (error: unknown) => this.#settle(run, id, error, 0, true),
      );
    } catch (error) {
      this.#settle(run, id, error, 0, true);
    }
  }

  #resume(run: number, id: number, kind: number, callee: Callee, value: unknown, body: Body | undefined): void {
    let given = value;
    try {
      if (body !== undefined) given = unpack(body, 'thread');
    } catch (error) {
      this.#settle(run, id, error, 0, true);
      return;
    }
    this.#vacate(run);
    this.#call(callee, id, kind, given);
  }

  #occupy(): number {
    this.#active += 1;
    return this.#free.pop() as number;
  }

  #vacate(run: number): void {
    this.#active -= 1;
    this.#free.push(run);
  }

  #end(id: number, outcome: unknown, began: number, threw: boolean): void {
    forgetTask(id);
    // Before the owner hears of it, so that what it submits next finds somebody who looks.
    if (!this.#claims.waiting) this.#searcher.begin();
    if (threw) this.#results.fail(id, outcome, began);
    else this.#results.give(id, outcome, began);
  }

  #leave(): void {
    Atomics.store(this.#board.words, this.#block + Seat.Left, 1);
    process.exit(0);
  }
}

function callWith(callee: Callee, kind: number, value: unknown): unknown {
  if ((kind & Flag.Spread) !== 0) return invokeAll(callee, value as unknown[]);
  return (kind & KIND_MASK) === Kind.None ? invokeAll(callee, []) : invoke(callee, value);
}

function isThenable(value: object): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown }).then === 'function';
}

// What went as bytes or by message port is a packed body.
function bodyOf(kind: number, value: unknown): Body | undefined {
  const bare = kind & KIND_MASK;
  if (bare === Kind.Port) return value as Body;
  return bare === Kind.Clone ? deserialize(Buffer.from(value as Uint8Array)) : undefined;
}
