import type { Task, TaskWait } from '../task.ts';

/** A wait of a sibling package, such as a thread's lock, inside a task. */
export class AmbientWait implements TaskWait {
  owner: Task | undefined;
  readonly #cancel: (error: unknown) => boolean;
  readonly #action: string | undefined;

  constructor(owner: Task, cancel: (error: unknown) => boolean, action: string | undefined) {
    this.owner = owner;
    this.#cancel = cancel;
    this.#action = action;
  }

  interrupt(error: Error): boolean {
    return this.#cancel(error);
  }

  describe(): string {
    return this.#action === undefined ? 'for something outside of asyncio' : `to ${this.#action}`;
  }
}
