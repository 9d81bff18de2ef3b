/** How often memory is looked at, in milliseconds. */
const INTERVAL = 50;

/** Decides when a worker has done enough and is to be replaced. */
export class Recycling {
  readonly #maxMemory: number;
  #rest: number;
  #looked = 0;
  /** Whether this worker takes no more tasks. */
  due = false;

  /**
   * @param maxTasks After how many tasks; `Infinity` for never.
   * @param maxMemory Beyond how many bytes of its heap and buffers; `Infinity` for never.
   */
  constructor(maxTasks: number, maxMemory: number) {
    this.#rest = maxTasks;
    this.#maxMemory = maxMemory;
  }

  /** A task begins. */
  count(): void {
    this.#rest -= 1;
    if (this.#rest <= 0) this.due = true;
  }

  /** Looks at the memory, now and then. @param now What the clock shows. */
  look(now: number): void {
    if (this.#maxMemory === Infinity || now - this.#looked < INTERVAL) return;
    this.#looked = now;
    const { heapUsed, external } = process.memoryUsage();
    if (heapUsed + external > this.#maxMemory) this.due = true;
  }
}
