import { type Board, Hot, SLOTS, claimedWord, freeWord, fullWord, isEmpty, slotAt } from './pool-layout.ts';

/** A worker's end of the submission ring. */
export class Claims {
  readonly #board: Board;
  readonly #seat: number;

  constructor(board: Board, seat: number) {
    this.#board = board;
    this.#seat = seat;
  }

  /** How many tasks are there for all workers, about. */
  get backlog(): number {
    const { words } = this.#board;
    return (Atomics.load(words, Hot.Tail) - Atomics.load(words, Hot.Head)) | 0;
  }

  /** Whether {@link next} may find a task. */
  get waiting(): boolean {
    const head = Atomics.load(this.#board.words, Hot.Head);
    return !isEmpty(Atomics.load(this.#board.slots.words, slotAt(head)), head);
  }

  /**
   * Claims the oldest task: one compare-and-exchange on its state decides between the workers, and between them and the
   * owner who takes it back. `Hot.Head` only says where to look; whoever finds it behind pushes it on.
   *
   * @returns The task's position, or -1 if there is none.
   */
  next(): number {
    const { words } = this.#board;
    const slots = this.#board.slots.words;
    let head = Atomics.load(words, Hot.Head);
    for (;;) {
      const at = slotAt(head);
      const full = fullWord(head);
      const state = Atomics.load(slots, at);
      if (state !== full && isEmpty(state, head)) return -1;
      // Pairs with the owner's store of the state in Submissions.write.
      const mine = state === full && Atomics.compareExchange(slots, at, full, claimedWord(head, this.#seat)) === full;
      const seen = Atomics.compareExchange(words, Hot.Head, head, (head + 1) | 0);
      if (mine) return head;
      head = seen === head ? (head + 1) | 0 : seen;
    }
  }

  /** Gives a slot back, once its task was read. */
  release(position: number): void {
    Atomics.store(this.#board.slots.words, slotAt(position), freeWord((position + SLOTS) | 0));
  }
}
