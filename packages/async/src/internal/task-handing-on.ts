import type { CancelledError } from '@weft/core';

import type { Future } from '../future.ts';
import type { Task, TaskWait } from '../task.ts';
import { deliver } from './delivery.ts';
import { FutureWait } from './future-wait.ts';
import type { HandingOn } from './hand-down.ts';
import { HANDING_ON, PENDING } from './ready-queue.ts';

/** A task that hands its cancellation on to the futures it awaits. Its other waits are ended on the way. */
export class TaskHandingOn implements HandingOn {
  readonly future: Task;
  taken = false;
  readonly #error: CancelledError;
  /** The waits that are left, last first. */
  readonly #waits: TaskWait[];
  #handing: FutureWait | undefined = undefined;

  constructor(future: Task, error: CancelledError, waits: TaskWait[]) {
    this.future = future;
    this.#error = error;
    this.#waits = waits;
  }

  next(): Future<unknown> | undefined {
    this.#handing?.handedOn();
    for (let wait = this.#waits.pop(); wait !== undefined; wait = this.#waits.pop()) {
      if (wait instanceof FutureWait && wait.state === PENDING) {
        wait.state = HANDING_ON;
        this.#handing = wait;
        return wait.future;
      }
      if (deliver(this.future, wait, this.#error)) this.taken = true;
    }
    return undefined;
  }

  end(): boolean {
    this.#handing?.handedOn();
    if (!this.taken) this.future._pending = this.#error;
    this.future._abortSignal(this.#error);
    return true;
  }
}
