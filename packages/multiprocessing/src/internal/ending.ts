import { lookForEnd } from './exit-status.ts';

/** The end of a child: seen as soon as somebody asks, and told to those who wait. */
export class Ending {
  /** How it ended, as far as that is known. */
  exitcode: number | undefined;
  /** Whether it has ended, and those who wait were told. */
  isOver = false;
  /** Whether the system knows it no more; how it ended is told in this turn of the loop. */
  #isGone = false;
  readonly #pid: number;
  readonly #onEnd: () => void;
  readonly #waiters = new Set<() => void>();

  /**
   * @param pid The child's process id.
   * @param onEnd Called once, when it has ended, before those who wait.
   */
  constructor(pid: number, onEnd: () => void) {
    this.#pid = pid;
    this.#onEnd = onEnd;
  }

  /** Whether it lives now. Node takes note of a child's end only when its loop turns; this answers at once. */
  get isAlive(): boolean {
    this.look();
    return this.wasAlive;
  }

  /** Whether it was alive when last looked at. */
  get wasAlive(): boolean {
    return !this.isOver && !this.#isGone;
  }

  /** Takes note of its end, if it has ended. */
  look(): void {
    if (this.isOver) return;
    const found = lookForEnd(this.#pid);
    if (found?.exitcode !== undefined) this.end(found.exitcode);
    else if (found !== undefined) this.#isGone = true;
  }

  /** Takes note of its end, and how it ended if that is not known yet. */
  end(exitcode: number): void {
    this.exitcode ??= exitcode;
    if (this.isOver) return;
    this.isOver = true;
    this.#onEnd();
    for (const wake of [...this.#waiters]) wake();
    this.#waiters.clear();
  }

  /**
   * @param callback Called when it has ended: at once, if it has.
   * @returns Takes the callback back, and answers whether it was to be called still.
   */
  whenOver(callback: () => void): () => boolean {
    if (!this.isOver) {
      this.#waiters.add(callback);
      return () => this.#waiters.delete(callback);
    }
    callback();
    return () => false;
  }
}
