import { type Board, Hot, Seat } from './pool-layout.ts';

/** Which workers of a pool sleep, and who looks for work: the only way to wake one. */
export class Sleepers {
  readonly #board: Board;
  readonly #masks: number;
  /** Posts to a worker that is in its event loop; only the pool's owner can. */
  readonly #ring: ((seat: number) => void) | undefined;

  constructor(board: Board, ring?: (seat: number) => void) {
    this.#board = board;
    this.#masks = (board.seats + 31) >> 5;
    this.#ring = ring;
  }

  /** Whether any worker that could be woken by this thread does nothing. */
  get any(): boolean {
    const { words } = this.#board;
    for (let i = 0; i < this.#masks; i += 1) {
      if (Atomics.load(words, Hot.Sleepers + i) !== 0) return true;
      if (this.#ring !== undefined && Atomics.load(words, Hot.Loopers + i) !== 0) return true;
    }
    return false;
  }

  /** The seats of workers that do nothing, 32 at a time. */
  idleMask(word: number): number {
    return Atomics.load(this.#board.words, Hot.Sleepers + word) | Atomics.load(this.#board.words, Hot.Loopers + word);
  }

  /** Wakes one worker to look for work, unless one is looking already. */
  wakeSearcher(): void {
    const { words } = this.#board;
    if (Atomics.load(words, Hot.Searcher) !== 0) return;
    for (let i = 0; i < this.#masks; i += 1) {
      let mask = this.#ring === undefined ? Atomics.load(words, Hot.Sleepers + i) : this.idleMask(i);
      while (mask !== 0) {
        const bit = mask & -mask;
        const seat = i * 32 + 31 - Math.clz32(bit);
        // The woken one is the searcher from here on, so that nobody wakes another for the same work.
        if (Atomics.compareExchange(words, Hot.Searcher, 0, seat + 1) !== 0) return;
        if (this.wake(seat)) return;
        Atomics.compareExchange(words, Hot.Searcher, seat + 1, 0);
        mask &= ~bit;
      }
    }
  }

  /** Wakes one worker for a task that is there for it, also while another looks for work. */
  wakeOne(): void {
    for (let i = 0; i < this.#masks; i += 1) {
      for (let mask = this.idleMask(i); mask !== 0; mask &= mask - 1) {
        if (this.wake(i * 32 + 31 - Math.clz32(mask & -mask))) return;
      }
    }
  }

  /** Wakes a worker. It answers `false` if it did not sleep. */
  wake(seat: number): boolean {
    const { words } = this.#board;
    const bit = 1 << (seat & 31);
    // Whoever clears the bit does the waking: no wake-up is sent twice, and none is lost.
    if ((Atomics.and(words, Hot.Sleepers + (seat >> 5), ~bit) & bit) !== 0) {
      const word = this.#board.seatAt(seat) + Seat.Word;
      // Pairs with Atomics.wait in the worker.
      Atomics.store(words, word, 1);
      Atomics.notify(words, word, 1);
      return true;
    }
    if (this.#ring === undefined || (Atomics.and(words, Hot.Loopers + (seat >> 5), ~bit) & bit) === 0) return false;
    this.#ring(seat);
    return true;
  }

  /** Removes a worker that is gone, as far as it had not removed itself. */
  forget(seat: number): void {
    const { words } = this.#board;
    const bit = 1 << (seat & 31);
    Atomics.and(words, Hot.Sleepers + (seat >> 5), ~bit);
    Atomics.and(words, Hot.Loopers + (seat >> 5), ~bit);
    Atomics.compareExchange(words, Hot.Searcher, seat + 1, 0);
  }
}
