import { inspect } from 'node:util';

import { CancelledError, InvalidStateError } from '@weft/core';

import { Context, type ContextMap } from './context.ts';
import { Future } from './future.ts';
import { AmbientWait } from './internal/ambient-wait.ts';
import { cancelledError, isAbort } from './internal/cancellation.ts';
import type { CreationSite } from './internal/creation-site.ts';
import { registryOf } from './internal/current-registry.ts';
import { debugging, noteStarting } from './internal/debug-watch.ts';
import { deliver } from './internal/delivery.ts';
import { CANCELLED, FAILED, SUCCEEDED, WAITING } from './internal/future-state.ts';
import { FutureWait } from './internal/future-wait.ts';
import type { HandingOn } from './internal/hand-down.ts';
import { HANDING_ON, PENDING } from './internal/ready-queue.ts';
import { taskChannel } from './internal/task-channel.ts';
import { TaskHandingOn } from './internal/task-handing-on.ts';
import type { TaskList } from './internal/task-list.ts';
import { type TaskReport, type TaskRegistry, outside } from './internal/task-registry.ts';
import { entersJob, taskStore } from './internal/task-store.ts';
import { isPlainPromise } from './internal/thenable.ts';

/** A function that a task runs. */
export type TaskBody<T> = () => PromiseLike<T> | T;

/** @internal What few tasks have. */
export interface TaskExtras {
  /** Where it was created, unless it is one of very many. */
  readonly site: CreationSite | undefined;
  abort: AbortController | undefined;
}

/** @internal What a task waits for. */
export interface TaskWait {
  owner: Task | undefined;
  interrupt(error: Error): boolean;
  describe(): string;
}

/**
 * Runs an async function next to others, and can be cancelled and awaited. {@link createTask} makes one.
 *
 * Awaiting a task inside another hands that one's cancellation on to it; `shield` stops that.
 *
 * @see https://docs.python.org/3/library/asyncio-task.html#asyncio.Task
 * @example
 * const task = createTask(() => download(url));
 * task.cancel('no longer needed');
 */
export class Task<T = unknown> extends Future<T> {
  /** @internal The one wait that is outstanding, or several. */
  declare _wait: TaskWait | Set<TaskWait> | undefined;
  /** @internal A cancellation that is not delivered yet. */
  declare _pending: CancelledError | undefined;
  /** @internal */
  declare _cancels: number;
  /** @internal A context of its own, or one that it shares with others. */
  declare _context: ContextMap | Context;
  /** @internal The name, or the number that makes one. */
  declare _label: string | number;
  /** @internal */
  declare _list: TaskList;
  /** @internal */
  declare _previous: Task | undefined;
  /** @internal */
  declare _next: Task | undefined;
  /** @internal */
  declare _extras: TaskExtras | undefined;

  /** @internal */
  constructor(body: TaskBody<T>, list: TaskList, label: string | number, context: ContextMap | Context) {
    super();
    this._value = body;
    this._wait = undefined;
    this._pending = undefined;
    this._cancels = 0;
    this._context = context;
    this._label = label;
    this._list = list;
    this._previous = undefined;
    this._next = undefined;
    this._extras = undefined;
    list.add(this as Task);
  }

  /** The name, `Task-1` and so on unless it was given one. */
  get name(): string {
    return typeof this._label === 'number' ? `Task-${this._label}` : this._label;
  }

  set name(name: string) {
    this._label = String(name);
  }

  /**
   * Asks the task to end: the wait it stands in throws a CancelledError. If it stands in none, the next one will; if
   * there is none to come, the task ends as cancelled when its body does.
   *
   * @param message Reaches the CancelledError.
   * @returns `false` if the task is done already.
   */
  override cancel(message?: string): boolean {
    return this._state === WAITING && this._cancelWith(cancelledError(message));
  }

  /** How many cancellations were asked for and not taken back with {@link uncancel}. */
  cancelling(): number {
    return this._cancels;
  }

  /**
   * Takes back one request to cancel, as whoever swallows a CancelledError of their own must.
   *
   * @returns How many are left.
   */
  uncancel(): number {
    if (this._cancels > 0) {
      this._cancels -= 1;
      if (this._cancels === 0) this._pending = undefined;
    }
    return this._cancels;
  }

  /** The context that the task's context variables live in, itself and no copy. */
  getContext(): Context {
    if (!(this._context instanceof Context)) this._context = new Context(this._context);
    return this._context;
  }

  /** The function that it runs, until it is done. */
  getBody(): TaskBody<T> | undefined {
    return this._state === WAITING ? (this._value as TaskBody<T>) : undefined;
  }

  /** Always throws: a task gets its result from its body. */
  override setResult(_value: T): never {
    throw new InvalidStateError(`Cannot set the result of ${this._describe()}: it comes from its function`);
  }

  /** Always throws: a task gets its error from its body. */
  override setException(_error: unknown): never {
    throw new InvalidStateError(`Cannot set the error of ${this._describe()}: it comes from its function`);
  }

  override get [Symbol.toStringTag](): string {
    return 'Task';
  }

  override [inspect.custom](): string {
    const waits = this._waitsFor();
    const cancelling = this._cancels > 0 && this._state === WAITING ? ', cancelling' : '';
    return `Task { ${this.name}, ${this._stateName}${cancelling}${waits === undefined ? '' : `, waits ${waits}`} }`;
  }

  /**
   * Called by the waits of the sibling packages, so that cancelling the task ends them.
   *
   * @internal
   */
  enterWait(cancel: (error: unknown) => boolean, action?: string): () => void {
    if (this._pending !== undefined) throw this._takePending();
    const wait = new AmbientWait(this as Task, cancel, action);
    this._enter(wait);
    return () => {
      if (wait.owner !== undefined) this._leave(wait);
    };
  }

  /** Whether it is one of a run, which ends what is left of its tasks; others end by themselves alone. */
  get inRun(): boolean {
    return registryOf(this as Task) !== outside;
  }

  /** @internal */
  override _describe(): string {
    return `task '${this.name}'`;
  }

  /** @internal What it waits for, as clauses. */
  _waitsFor(): string | undefined {
    const wait = this._wait;
    if (wait === undefined) return undefined;
    return wait instanceof Set ? [...wait].map((one) => one.describe()).join(' and ') : wait.describe();
  }

  /** @internal */
  override _registry(): TaskRegistry {
    return this._list.registry;
  }

  /** @internal */
  override _report(): TaskReport {
    return {
      kind: 'failure',
      message: `Task '${this.name}' failed and nobody looked at it`,
      error: this._value,
      task: this.name,
      createdAt: this._extras?.site?.toString(),
    };
  }

  /** @internal */
  override _handOn(error: CancelledError): HandingOn | undefined {
    const wait = this._wait;
    if (!(wait instanceof Set) && !(wait instanceof FutureWait && wait.state === PENDING)) return undefined;
    this._cancels += 1;
    return new TaskHandingOn(this as Task, error, wait instanceof Set ? [...wait].reverse() : [wait]);
  }

  /** @internal */
  override _handsOn(): boolean {
    return this._wait instanceof FutureWait && this._wait.state === HANDING_ON;
  }

  /** @internal */
  override _cancelAgain(): boolean {
    this._cancels += 1;
    return true;
  }

  /** @internal */
  override _cancelHere(error: CancelledError): boolean {
    this._cancels += 1;
    const wait = this._wait as TaskWait | undefined;
    if (wait === undefined || !deliver(this as Task, wait, error)) this._pending = error;
    this._abortSignal(error);
    return true;
  }

  /** @internal Aborts the signal that was given out last. */
  _abortSignal(error: CancelledError): void {
    const extras = this._extras;
    const abort = extras?.abort;
    if (extras === undefined || abort === undefined) return;
    extras.abort = undefined;
    abort.abort(error);
  }

  /** @internal Takes the cancellation that was not delivered yet, to deliver it. */
  _takePending(): CancelledError | undefined {
    const pending = this._pending;
    this._pending = undefined;
    return pending;
  }

  /** @internal A signal that aborts with the next cancellation, or has with the one that is on its way. */
  _signal(): AbortSignal {
    if (this._pending !== undefined) return AbortSignal.abort(this._pending);
    const extras = (this._extras ??= { site: undefined, abort: undefined });
    return (extras.abort ??= new AbortController()).signal;
  }

  /** @internal */
  _enter(wait: TaskWait): void {
    wait.owner = this as Task;
    const current = this._wait;
    if (current === undefined) this._wait = wait;
    else if (current instanceof Set) current.add(wait);
    else this._wait = new Set([current, wait]);
    if (taskChannel.hasSubscribers)
      taskChannel.publish({ type: 'waiting', task: this, name: this.name, waits: wait.describe() });
  }

  /** @internal */
  _leave(wait: TaskWait): void {
    wait.owner = undefined;
    const current = this._wait;
    if (current === wait) this._wait = undefined;
    else if (current instanceof Set) {
      current.delete(wait);
      if (current.size === 0) this._wait = undefined;
    }
  }

  /** @internal Runs the body; alone in its promise job unless `inline`. */
  _start(inline: boolean): void {
    if (this._state !== WAITING) return;
    if (this._pending !== undefined) {
      this._settle(CANCELLED, this._pending);
      return;
    }
    if (taskChannel.hasSubscribers) taskChannel.publish({ type: 'started', task: this, name: this.name });
    if (debugging && !inline) noteStarting(this as Task);
    if (inline || !entersJob) taskStore.run(this as Task, runCurrent);
    else {
      taskStore.enterWith(this as Task);
      runCurrent();
    }
  }

  /** @internal */
  _succeed(value: unknown): void {
    if (this._state !== WAITING) return;
    if (this._pending === undefined) this._settle(SUCCEEDED, value);
    else this._settle(CANCELLED, this._pending); // asked for just before the end
  }

  /** @internal */
  _fail(error: unknown): void {
    if (this._state !== WAITING) return;
    if (error instanceof CancelledError) this._settle(CANCELLED, error);
    else if (this._pending !== undefined && isAbort(error)) this._settle(CANCELLED, this._pending);
    else this._settle(FAILED, error);
  }

  /** @internal */
  override _settle(state: number, value: unknown): void {
    this._list.remove(this as Task);
    this._pending = undefined;
    super._settle(state, value);
    if (taskChannel.hasSubscribers)
      taskChannel.publish({ type: 'done', task: this, name: this.name, state: this._stateName });
  }
}

function runCurrent(): void {
  const task = taskStore.getStore() as Task;
  const body = task._value as TaskBody<unknown>;
  let outcome: unknown;
  try {
    outcome = body();
  } catch (error) {
    task._fail(error);
    return;
  }
  // A promise calls back in the async context of `then`, where the task is found: that saves two closures for each.
  if (isPlainPromise(outcome)) outcome.then(succeedCurrent, failCurrent);
  else if (outcome instanceof Future)
    outcome._await(
      (value) => task._succeed(value),
      (error) => task._fail(error),
      task,
    );
  // As in an `await`: `then` of somebody else may throw, or give one more thenable.
  else if (typeof outcome === 'object' && outcome !== null && 'then' in outcome)
    Promise.resolve(outcome).then(succeedCurrent, failCurrent);
  else task._succeed(outcome);
}

function succeedCurrent(value: unknown): void {
  taskStore.getStore()?._succeed(value);
}

function failCurrent(error: unknown): void {
  taskStore.getStore()?._fail(error);
}
