import { type Board, Hot, Owner } from './pool-layout.ts';
import type { PoolSeat } from './pool-seat.ts';
import type { Sleepers } from './pool-sleepers.ts';
import type { Submissions } from './pool-submissions.ts';

/** Turns of the event loop without a completion before the owner sleeps, at least. */
const MIN_TURNS = 4;
/** How long the owner goes on looking while answers come soon, in milliseconds. */
const POLL = 0.05;
/** Answers come soon if the owner slept for less than this on average, in milliseconds. */
const SOON = 0.025;
/** An idle turn that took this long means that others want the processor: then looking is in their way. */
const PREEMPTED = 0.5;
/** For how long the owner then sleeps at once instead of looking, in milliseconds. */
const MODESTY = 20;
/** Where nothing was completed for this long, tasks are long: each that waits is worth a worker, in milliseconds. */
const STALLED = 0.2;
/** How long a blocked owner looks before it sleeps, in milliseconds. */
const SPIN = 0.03;

/**
 * Reads the completions of all workers while tasks are on their way.
 *
 * While completions come it looks in every turn of the event loop; then it sets a flag, and the worker that finds the
 * flag rings. Only what follows the setting of the flag has to ring, so the owner looks once more after setting it.
 */
export class OwnerLoop {
  readonly #board: Board;
  readonly #submissions: Submissions;
  readonly #sleepers: Sleepers;
  readonly #seats: readonly (PoolSeat | undefined)[];
  readonly #onTurn: () => void;
  readonly #poll: () => void;
  #polling = false;
  #closed = false;
  #idleTurns = 0;
  #idleSince = 0;
  #asleepSince = 0;
  #lookedAt = 0;
  #modestUntil = 0;
  /** How long the owner slept, averaged, in milliseconds. */
  #nap = 0;

  constructor(
    board: Board,
    submissions: Submissions,
    sleepers: Sleepers,
    seats: readonly (PoolSeat | undefined)[],
    onTurn: () => void,
  ) {
    this.#board = board;
    this.#submissions = submissions;
    this.#sleepers = sleepers;
    this.#seats = seats;
    this.#onTurn = onTurn;
    this.#poll = () => this.#look();
  }

  /** Looks for completions from the next turn on, until none come any more. */
  start(): void {
    if (this.#polling) return;
    this.#polling = true;
    this.#idleTurns = 0;
    this.#asleepSince = 0;
    Atomics.store(this.#board.words, Hot.Owner, Owner.Awake);
    setImmediate(this.#poll);
  }

  /** A worker rang. */
  wake(): void {
    if (this.#polling || this.#closed) return;
    if (this.#asleepSince > 0) {
      this.#nap = this.#nap * 0.7 + (performance.now() - this.#asleepSince) * 0.3;
      this.#asleepSince = 0;
    }
    this.#polling = true;
    this.#idleTurns = 0;
    this.#look();
  }

  /** Blocks until a completion was read. @param limit In milliseconds. @returns Whether there was one. */
  block(limit: number): boolean {
    if (this.#drain() > 0) return true;
    const { words } = this.#board;
    let last = performance.now();
    const end = last < this.#modestUntil ? last : last + Math.min(SPIN, limit);
    for (let looks = 1; last < end; looks += 1) {
      if (this.#anyWaiting() && this.#drain() > 0) return true;
      if ((looks & 63) !== 0) continue;
      const now = performance.now();
      if (now - last > PREEMPTED) this.#modestUntil = now + MODESTY;
      last = now;
    }
    if (this.#submissions.backlog > 0) this.#sleepers.wakeSearcher();
    const before = Atomics.load(words, Hot.OwnerWord);
    // Pairs with the exchange in a worker that has completed a task.
    const state = Atomics.exchange(words, Hot.Owner, Owner.Blocked);
    if (!this.#anyWaiting()) Atomics.wait(words, Hot.OwnerWord, before, this.#submissions.backlog > 0 ? 1 : limit);
    Atomics.store(words, Hot.Owner, Owner.Awake);
    // The bell that it waited for in its event loop rings for nobody now.
    if (state === Owner.Asleep) this.start();
    return this.#drain() > 0;
  }

  /** Does what a turn of the event loop would do, while the owner blocks elsewhere. It answers whether there was anything. */
  serve(): boolean {
    const any = this.#drain() > 0;
    if (this.#submissions.backlog > 0) this.#sleepers.wakeSearcher();
    return any;
  }

  /** Looks no more. */
  close(): void {
    this.#closed = true;
  }

  #look(): void {
    const { words } = this.#board;
    if (this.#closed) return;
    if (this.#drain() > 0) {
      this.#idleTurns = 0;
      setImmediate(this.#poll);
      return;
    }
    const backlog = this.#submissions.backlog > 0 && this.#sleepers.any;
    const now = performance.now();
    if (backlog && this.#idleTurns > 2) {
      if (now - this.#idleSince > STALLED) this.#sleepers.wakeOne();
      else this.#sleepers.wakeSearcher();
    }
    if (this.#idleTurns === 0) this.#idleSince = now;
    else if (now - this.#lookedAt > PREEMPTED) this.#modestUntil = now + MODESTY;
    this.#lookedAt = now;
    this.#idleTurns += 1;
    const limit = this.#nap < SOON ? POLL : 0;
    const soon = now > this.#modestUntil && (this.#idleTurns < MIN_TURNS || now - this.#idleSince < limit);
    if (backlog || soon) {
      setImmediate(this.#poll);
      return;
    }
    this.#polling = false;
    this.#asleepSince = now;
    Atomics.store(words, Hot.Owner, Owner.Asleep);
    // A completion that came before the flag rang for nobody.
    if (this.#anyWaiting() && Atomics.exchange(words, Hot.Owner, Owner.Awake) === Owner.Asleep) this.start();
  }

  #anyWaiting(): boolean {
    for (const seat of this.#seats) if (seat !== undefined && seat.completions.waiting) return true;
    return false;
  }

  #drain(): number {
    let read = 0;
    for (const seat of this.#seats) if (seat !== undefined) read += seat.completions.drain();
    if (read > 0) this.#onTurn();
    return read;
  }
}
