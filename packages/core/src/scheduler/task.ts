import { Future, type FutureDriver } from '../future.ts';
import type { Scheduler } from './scheduler.ts';
import type { TaskControl } from './task-control.ts';

/** The result of a task that one worker alone might run, which left before it came to it. */
export const absent: unique symbol = Symbol('absent');

/** A submitted call, until its future is done. */
export class Task implements FutureDriver<unknown> {
  readonly future: Future;
  readonly scheduler: Scheduler;
  /** Its name on the way to a worker and back, or -1 while it is in the queue. */
  id = -1;
  /** How many tasks were submitted before it. */
  readonly order: number;
  readonly priority: number;
  /** The worker that runs it, or alone may run it; -1 if that is not known, or open. */
  seat = -1;
  /** Whether no other worker may run it. */
  bound = false;
  /** Whether its start must be reported. */
  watched = false;
  /** When it was submitted, as `performance.now()`; 0 if nobody measures it. */
  submitted = 0;
  /** What the transport made of the function and its arguments: the transport alone reads these five. */
  payload: unknown = undefined;
  kind = 0;
  target = 0;
  size = 0;
  slot = -1;
  /** What ends it early, where something does. */
  control: TaskControl | undefined = undefined;

  constructor(scheduler: Scheduler, order: number, priority: number) {
    this.scheduler = scheduler;
    this.order = order;
    this.priority = priority;
    this.future = new Future(this);
  }

  withdraw(): boolean {
    return this.scheduler.withdraw(this);
  }

  isRunning(): boolean {
    return this.scheduler.isRunning(this);
  }

  waitSync(future: Future, limit: number): void {
    const end = performance.now() + limit;
    for (let rest = limit; rest > 0 && !future.done(); rest = end - performance.now()) this.scheduler.waitSync(rest);
  }
}
