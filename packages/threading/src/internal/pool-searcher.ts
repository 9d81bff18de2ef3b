import type { Claims } from './pool-claims.ts';
import { type Board, Hot, Seat } from './pool-layout.ts';
import { Patience } from './pool-patience.ts';
import { Sleepers } from './pool-sleepers.ts';

/** How long a worker looks for work before it sleeps, in milliseconds. */
const SPIN = 0.05;
/** Another worker is woken when what there is would take longer than this, in nanoseconds. */
const WORTH_WAKING = 100_000;
/** Until it has measured anything, a worker takes its tasks to be long. */
const UNKNOWN = 1e9;

/** How one worker of a pool looks for work, sleeps, and wakes others. */
export class Searcher {
  readonly #board: Board;
  readonly #claims: Claims;
  readonly #sleepers: Sleepers;
  readonly #seat: number;
  readonly #block: number;
  readonly #bit: number;
  #searching = false;
  readonly #patience = new Patience();
  /** When it last ran out of tasks. */
  #idleSince = 0;
  /** How long a task takes, in nanoseconds. */
  #estimate = UNKNOWN;

  constructor(board: Board, claims: Claims, seat: number) {
    this.#board = board;
    this.#claims = claims;
    this.#seat = seat;
    this.#sleepers = new Sleepers(board);
    this.#block = board.seatAt(seat);
    this.#bit = 1 << (seat & 31);
  }

  /** How long a task takes, in nanoseconds. */
  get estimate(): number {
    return this.#estimate;
  }

  /** Becomes the one that looks, unless another is. */
  begin(): boolean {
    if (!this.#searching)
      this.#searching = Atomics.compareExchange(this.#board.words, Hot.Searcher, 0, this.#seat + 1) === 0;
    return this.#searching;
  }

  /** Found a task: another may look, and is woken to do so if there is more than this worker should do alone. */
  found(): void {
    if (!this.#searching) return;
    this.#end();
    this.wakeAnother();
  }

  /** Notes how long tasks took. @param elapsed In milliseconds. */
  measure(elapsed: number, tasks: number): void {
    const each = (elapsed * 1e6) / tasks;
    this.#estimate = each > this.#estimate ? each : this.#estimate * 0.75 + each * 0.25;
    this.#board.words[this.#block + Seat.Estimate] = Math.min(this.#estimate, UNKNOWN);
  }

  /** Wakes another worker if the backlog is worth it. */
  wakeAnother(): void {
    if (this.#claims.backlog * this.#estimate > WORTH_WAKING && this.#sleepers.any) this.#sleepers.wakeSearcher();
  }

  /** Looks for a while, if that pays. @param waiting Whether there is something. @returns Whether there is. */
  spin(waiting: () => boolean): boolean {
    let now = performance.now();
    this.#idleSince = now;
    if (!this.#patience.begin(now)) return false;
    if (!this.begin()) {
      this.#patience.giveUp();
      return false;
    }
    const end = now + SPIN;
    for (let looks = 1; now < end; looks += 1) {
      if (waiting()) {
        this.#patience.end(now - this.#idleSince);
        return true;
      }
      if ((looks & 63) === 0) now = performance.now();
    }
    this.#end();
    return false;
  }

  /**
   * Blocks until there is something to do.
   *
   * @param waiting Looks once more after this worker can be woken: what comes later will wake it.
   * @returns `false` if it was idle for `timeout` milliseconds, and nobody will wake it any more.
   */
  sleep(waiting: () => boolean, timeout: number): boolean {
    const { words } = this.#board;
    Atomics.store(words, this.#block + Seat.Word, 0);
    Atomics.or(words, this.#mask(Hot.Sleepers), this.#bit);
    const slept = waiting() ? 'ok' : Atomics.wait(words, this.#block + Seat.Word, 0, timeout);
    const missed = (Atomics.and(words, this.#mask(Hot.Sleepers), ~this.#bit) & this.#bit) !== 0;
    this.#patience.end(performance.now() - this.#idleSince);
    // Who woke it may have made it the searcher.
    if (!missed) this.#searching = Atomics.load(words, Hot.Searcher) === this.#seat + 1;
    return slept !== 'timed-out' || !missed;
  }

  /** Can be woken by a message from now on. @returns `false` if there is something to do already. */
  loop(waiting: () => boolean): boolean {
    Atomics.or(this.#board.words, this.#mask(Hot.Loopers), this.#bit);
    if (!waiting()) return true;
    this.unloop();
    return false;
  }

  /** Needs no message any more. */
  unloop(): void {
    Atomics.and(this.#board.words, this.#mask(Hot.Loopers), ~this.#bit);
    this.#searching = Atomics.load(this.#board.words, Hot.Searcher) === this.#seat + 1;
  }

  /** Lets another look. */
  end(): void {
    if (this.#searching) this.#end();
  }

  #end(): void {
    this.#searching = false;
    Atomics.compareExchange(this.#board.words, Hot.Searcher, this.#seat + 1, 0);
  }

  #mask(first: number): number {
    return first + (this.#seat >> 5);
  }
}
