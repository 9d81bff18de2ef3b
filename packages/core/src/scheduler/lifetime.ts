const FOREVER = 2 ** 31 - 1;

/** Keeps the process alive while a pool has something to do, and knows who waits for its end. */
export class Lifetime {
  /** Made for the first task: a pool that could not be made, or has no work, has none. */
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting: (() => void)[] = [];
  /** Whether the last worker is gone and no other will come. */
  over = false;

  /** There is something to do. */
  hold(): void {
    this.#timer ??= setInterval(() => {}, FOREVER);
    this.#timer.ref();
  }

  /** There is nothing to do; those who wait for the end still keep the process alive. */
  rest(): void {
    if (this.#waiting.length === 0) this.#timer?.unref();
  }

  /** Waits for the end. */
  async ended(): Promise<void> {
    if (this.over) return;
    this.hold();
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** It is over. */
  end(): void {
    this.over = true;
    clearInterval(this.#timer);
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
