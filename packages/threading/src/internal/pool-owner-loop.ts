import { type Board, Hot, Owner } from './pool-layout.ts';
import { Patience } from './pool-patience.ts';
import type { PoolSeat } from './pool-seat.ts';
import type { Sleepers } from './pool-sleepers.ts';
import type { Submissions } from './pool-submissions.ts';

/** Turns of the event loop without a completion before the owner sleeps, at least. */
const MIN_TURNS = 4;
/** How long the owner goes on looking where that pays, in milliseconds. */
const POLL = 0.05;
/** How long it does so while a worker is being woken, in milliseconds. */
const WAKING = 0.25;
/** Where nothing was completed for this long, tasks are long: each that waits is worth a worker, in milliseconds. */
const STALLED = 0.2;
/** How often an owner that sleeps looks for tasks that wait although workers do nothing, in milliseconds. */
const WATCH = 1;
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
  readonly #onWatch: () => void;
  #polling = false;
  #closed = false;
  #idleTurns = 0;
  #idleSince = 0;
  #looks = false;
  readonly #patience = new Patience();
  readonly #blockedPatience = new Patience();
  #watch: NodeJS.Timeout | undefined;

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
    this.#onWatch = () => this.#serveBacklog();
  }

  /** Looks for completions from the next turn on, until none come any more. */
  start(): void {
    if (this.#polling) return;
    this.#polling = true;
    this.#idleTurns = 0;
    Atomics.store(this.#board.words, Hot.Owner, Owner.Awake);
    setImmediate(this.#poll);
  }

  /** A worker rang. */
  wake(): void {
    if (this.#polling || this.#closed) return;
    this.#polling = true;
    this.#look();
  }

  /** Blocks until a completion was read. @param limit In milliseconds. @returns Whether there was one. */
  block(limit: number): boolean {
    if (this.#drain() > 0) return true;
    const { words } = this.#board;
    const since = performance.now();
    let now = since;
    const end = this.#blockedPatience.begin(since) ? since + Math.min(SPIN, limit) : since;
    for (let looks = 1; now < end; looks += 1) {
      if (this.#anyWaiting() && this.#drain() > 0) {
        this.#blockedPatience.end(now - since);
        return true;
      }
      if ((looks & 63) === 0) now = performance.now();
    }
    if (this.#submissions.backlog > 0) this.#sleepers.wakeSearcher();
    const before = Atomics.load(words, Hot.OwnerWord);
    // Pairs with the exchange in a worker that has completed a task.
    const state = Atomics.exchange(words, Hot.Owner, Owner.Blocked);
    if (!this.#anyWaiting()) Atomics.wait(words, Hot.OwnerWord, before, this.#submissions.backlog > 0 ? 1 : limit);
    Atomics.store(words, Hot.Owner, Owner.Awake);
    // The bell that it waited for in its event loop rings for nobody now.
    if (state === Owner.Asleep) this.start();
    this.#blockedPatience.end(performance.now() - since);
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
    clearTimeout(this.#watch);
  }

  #look(): void {
    const { words } = this.#board;
    if (this.#closed) return;
    if (this.#drain() > 0) {
      if (this.#idleTurns >= MIN_TURNS) this.#patience.end(performance.now() - this.#idleSince);
      this.#idleTurns = 0;
      setImmediate(this.#poll);
      return;
    }
    const backlog = this.#submissions.backlog > 0 && this.#sleepers.any;
    const now = performance.now();
    if (this.#idleTurns === 0) this.#idleSince = now;
    const waited = now - this.#idleSince;
    if (backlog && this.#idleTurns > 2) {
      if (waited > STALLED) this.#sleepers.wakeOne();
      else this.#sleepers.wakeSearcher();
    }
    this.#idleTurns += 1;
    if (this.#idleTurns === MIN_TURNS) this.#looks = this.#patience.begin(now);
    if (this.#idleTurns < MIN_TURNS || (this.#looks && waited < (backlog ? WAKING : POLL))) {
      setImmediate(this.#poll);
      return;
    }
    if (backlog) this.#watch ??= setTimeout(this.#onWatch, WATCH);
    this.#polling = false;
    Atomics.store(words, Hot.Owner, Owner.Asleep);
    // A completion that came before the flag rang for nobody.
    if (this.#anyWaiting() && Atomics.exchange(words, Hot.Owner, Owner.Awake) === Owner.Asleep) this.start();
  }

  // Estimates can be wrong: a task may wait for a worker that is in a long one, while another sleeps.
  #serveBacklog(): void {
    this.#watch = undefined;
    for (let left = this.#submissions.backlog; left > 0 && this.#sleepers.any; left -= 1) {
      this.#watch ??= setTimeout(this.#onWatch, WATCH);
      this.#sleepers.wakeOne();
    }
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
