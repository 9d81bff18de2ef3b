import { startTimer } from '../duration.ts';

interface Deadline {
  readonly at: number;
  fire(): void;
}

/** What is due when for the tasks of a scheduler; where its thread blocks no timer fires, and it must look by itself. */
export class Deadlines {
  readonly #pending = new Set<Deadline>();
  /** Nothing is due before this time, as `performance.now()`. */
  #next = Infinity;

  /** Calls back in some milliseconds. @returns Stops that. */
  set(delay: number, callback: () => void): () => void {
    const fire = (): void => {
      stop();
      callback();
    };
    const deadline: Deadline = { at: performance.now() + delay, fire };
    const stopTimer = startTimer(fire, delay);
    const stop = (): void => {
      stopTimer();
      this.#pending.delete(deadline);
    };
    this.#pending.add(deadline);
    if (deadline.at < this.#next) this.#next = deadline.at;
    return stop;
  }

  /** How long nothing is due, in milliseconds. */
  rest(): number {
    return this.#next === Infinity ? Infinity : Math.max(0, this.#next - performance.now());
  }

  /** Does what is due. */
  catchUp(): void {
    const now = performance.now();
    if (now < this.#next) return;
    for (const { at, fire } of [...this.#pending]) if (at <= now) fire();
    this.#next = Infinity;
    for (const { at } of this.#pending) if (at < this.#next) this.#next = at;
  }
}
