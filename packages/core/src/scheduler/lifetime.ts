import { interruptible } from '../interruptible.ts';

const FOREVER = 2 ** 31 - 1;

/** Keeps the process alive while a pool has something to do, and knows who waits for its end. */
export class Lifetime {
  /** Made for the first task: a pool that could not be made, or has no work, has none. */
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting = new Set<() => void>();
  /** Whether the last worker is gone and no other will come. */
  over = false;

  /** There is something to do. */
  hold(): void {
    this.#timer ??= setInterval(() => {}, FOREVER);
    this.#timer.ref();
  }

  /** There is nothing to do; those who wait for the end still keep the process alive. */
  rest(): void {
    if (this.#waiting.size === 0) this.#timer?.unref();
  }

  /** Waits for the end. A task that is cancelled leaves the wait, and the pool ends all the same. */
  async ended(): Promise<void> {
    if (this.over) return;
    this.hold();
    await interruptible<void>(
      {},
      {
        action: 'wait for the end of the workers',
        begin: ({ resolve }) => {
          const leave = (): void => resolve();
          this.#waiting.add(leave);
          return () => this.#waiting.delete(leave);
        },
      },
    );
  }

  /** It is over. */
  end(): void {
    this.over = true;
    clearInterval(this.#timer);
    for (const leave of this.#waiting) leave();
    this.#waiting.clear();
  }
}
