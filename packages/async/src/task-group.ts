import { inspect } from 'node:util';

import { CancelledError, InvalidStateError, SystemExit, TaskGroupError } from '@weft/core';

import { type TaskOptions, spawn } from './create-task.ts';
import { currentTask } from './current-task.ts';
import type { Future } from './future.ts';
import { cancelledError } from './internal/cancellation.ts';
import { cancelAll } from './internal/hand-down.ts';
import { startLater, startSoon } from './internal/start-queue.ts';
import { TaskList } from './internal/task-list.ts';
import { taskStore } from './internal/task-store.ts';
import { WaitList } from './internal/wait-list.ts';
import { park } from './internal/waiter.ts';
import { KeyboardInterrupt } from './keyboard-interrupt.ts';
import type { Task, TaskBody } from './task.ts';

/**
 * Tasks that belong together: leaving the group waits for all of them, and the first failure cancels the rest.
 *
 * @see https://docs.python.org/3/library/asyncio-task.html#asyncio.TaskGroup
 * @example
 * const [user, orders] = await TaskGroup.run(async (group) => {
 *   const user = group.createTask(() => loadUser(id));
 *   const orders = group.createTask(() => loadOrders(id));
 *   return [await user, await orders];
 * });
 */
export class TaskGroup {
  #parent: Task | undefined = undefined;
  #list: TaskList | undefined = undefined;
  /** Whether the body has not awaited anything yet: if it throws before it does, no child may have started. */
  #prologue = true;
  #left = false;
  #aborting = false;
  #cancelledParent = false;
  readonly #errors: unknown[] = [];
  /** An error that is thrown bare, past all others. */
  #bare: unknown = undefined;
  readonly #idle = new WaitList('for the tasks of a group');

  /**
   * Runs `body` with a new group, then waits for the group's tasks.
   *
   * @param body Adds tasks to the group; they may add more.
   * @returns What the body returns.
   * @throws {TaskGroupError} If tasks or the body failed.
   * @throws {InvalidStateError} If the caller runs in no task.
   */
  static run<T>(body: (group: TaskGroup) => PromiseLike<T> | T): Promise<T> {
    return new TaskGroup().run(body);
  }

  /**
   * Adds a task.
   *
   * @param body An async function without parameters.
   * @throws {InvalidStateError} If the group is not entered, is shutting down or is finished; the body never runs.
   */
  createTask<T>(body: TaskBody<T>, options?: TaskOptions): Task<T> {
    const list = this.#list;
    if (list === undefined) throw new InvalidStateError('Cannot add a task to the group: it has not been entered');
    if (this.#left && list.size === 0) throw new InvalidStateError('Cannot add a task to the group: it is finished');
    if (this.#aborting) throw new InvalidStateError('Cannot add a task to the group: it is shutting down');
    const start = this.#prologue ? startLater : startSoon;
    const task = spawn(body, taskStore.getStore() ?? this.#parent, list, options, this.createTask, start);
    // An eager task may be done by now.
    if (task.done()) this._settled(task);
    else task._observe(this);
    return task;
  }

  /** As {@link TaskGroup.run}, for a group made with `new`; a group runs once. */
  async run<T>(body: (group: TaskGroup) => PromiseLike<T> | T): Promise<T> {
    if (typeof body !== 'function') throw new TypeError(`Cannot run ${inspect(body)} in a group: it is not a function`);
    if (this.#list !== undefined) throw new InvalidStateError('Cannot enter the group: it has been entered already');
    const parent = currentTask();
    if (parent === undefined) throw new InvalidStateError('Cannot enter the group: the caller runs in no task');
    const { registry } = parent._list;
    this.#parent = parent;
    this.#list = new TaskList(registry);
    registry.groups.add(this.#list);
    let outcome: Outcome<T>;
    try {
      const running = body(this);
      this.#prologue = false;
      outcome = { value: await running };
    } catch (error) {
      outcome = { error };
      this.#left = true;
      if (!this.#aborting) this.#abort();
    }
    try {
      return await this.#leave(parent, this.#list, outcome);
    } finally {
      registry.groups.delete(this.#list);
    }
  }

  [inspect.custom](): string {
    const state =
      this.#list === undefined ? 'not entered' : this.#aborting ? 'shutting down' : this.#left ? 'leaving' : 'entered';
    return `TaskGroup { ${state}, ${this.#list?.size ?? 0} pending, ${this.#errors.length} failed }`;
  }

  /** @internal */
  get _parent(): Task | undefined {
    return this.#parent;
  }

  /** @internal */
  _settled(child: Future): void {
    if (this.#list?.size === 0) this.#idle.resolveAll(undefined);
    if (!child._failed) return;
    child._look();
    const error = child._value;
    this.#errors.push(error);
    if (isBare(error)) this.#bare ??= error;
    if (this.#aborting || this.#cancelledParent) return;
    this.#abort();
    this.#cancelledParent = true;
    this.#parent?.cancel();
  }

  #abort(): void {
    this.#aborting = true;
    cancelAll(this.#list?.tasks() ?? [], cancelledError());
  }

  async #leave<T>(parent: Task, list: TaskList, outcome: Outcome<T>): Promise<T> {
    this.#left = true;
    const failed = 'error' in outcome;
    const failure = failed ? outcome.error : undefined;
    if (failed && isBare(failure)) this.#bare ??= failure;
    let cancelled = failed && failure instanceof CancelledError ? failure : undefined;
    let later: CancelledError | undefined;
    while (list.size > 0) {
      try {
        await park(parent, this.#idle, undefined, undefined);
      } catch (error) {
        if (!(error instanceof CancelledError)) throw error;
        later = error;
        if (this.#aborting) continue;
        cancelled = error;
        this.#abort();
      }
    }
    if (this.#bare !== undefined) throw this.#bare;
    // A cancellation from outside stays one, also if it arrived while the group was cancelling the parent itself.
    if (this.#cancelledParent) {
      if (parent.uncancel() === 0) cancelled = undefined;
      else cancelled ??= later;
    }
    if (cancelled !== undefined && this.#errors.length === 0) throw cancelled;
    if (failed && !(failure instanceof CancelledError)) this.#errors.push(failure);
    if (this.#errors.length === 0) return (outcome as { value: T }).value;
    if (parent.cancelling() > 0) {
      // The errors are thrown first; the cancellation lands at the parent's next wait.
      parent.uncancel();
      parent.cancel();
    }
    throw new TaskGroupError(this.#errors, 'Unhandled errors in a task group');
  }
}

type Outcome<T> = { value: T } | { error: unknown };

// Python's KeyboardInterrupt and SystemExit leave a group as they are.
function isBare(error: unknown): boolean {
  return error instanceof KeyboardInterrupt || error instanceof SystemExit;
}
