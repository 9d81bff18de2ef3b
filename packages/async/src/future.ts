import { AsyncLocalStorage } from 'node:async_hooks';
import { inspect } from 'node:util';

import { type CancelledError, InvalidStateError } from '@weft/core';

import { copyContext } from './context.ts';
import { cancelledError } from './internal/cancellation.ts';
import { currentRegistry } from './internal/current-registry.ts';
import { debugging, noteAwaited } from './internal/debug-watch.ts';
import { CANCELLED, FAILED, STATE_NAMES, SUCCEEDED, WAITING } from './internal/future-state.ts';
import { FutureWait } from './internal/future-wait.ts';
import { type HandingOn, handDown } from './internal/hand-down.ts';
import type { TaskRegistry, TaskReport } from './internal/task-registry.ts';
import { taskStore } from './internal/task-store.ts';
import { noteUnretrieved, retrieved } from './internal/unretrieved.ts';
import type { Task } from './task.ts';

/** @internal What wants to know at once that a future is done. */
export interface FutureObserver {
  _settled(future: Future<unknown>): void;
  /** Whether it takes the outcome, so that a failure needs no report; left out, yes. */
  readonly _looks?: false;
}

const toSource = Function.prototype.toString;

/**
 * A result that is not there yet: asyncio's Future. Awaiting it inside a task hands the task's cancellation on to it.
 *
 * Its `then` tells an `await`, which passes the engine's own functions, from a call with callbacks, which is no wait.
 *
 * @see https://docs.python.org/3/library/asyncio-future.html#asyncio.Future
 * @example
 * const answer = new Future<number>();
 * emitter.once('answer', (value) => answer.setResult(value));
 * await answer;
 */
export class Future<T = unknown> implements PromiseLike<T> {
  /** @internal */
  declare _state: number;
  /** @internal The result or the error; of a task that is not done, its body. */
  declare _value: unknown;
  /** @internal */
  declare _observers: FutureObserver | Set<FutureObserver> | undefined;

  constructor() {
    this._state = WAITING;
    this._value = undefined;
    this._observers = undefined;
  }

  /** Whether it has a result or an error, or was cancelled. */
  done(): boolean {
    return this._state !== WAITING;
  }

  /** Whether it was cancelled. */
  cancelled(): boolean {
    return this._state === CANCELLED;
  }

  /**
   * The result of a future that is done.
   *
   * @throws {InvalidStateError} If it is not done.
   * @throws {CancelledError} If it was cancelled; what it failed with, if it failed.
   */
  result(): T {
    if (this._state === WAITING)
      throw new InvalidStateError(`Cannot give the result of ${this._describe()}: it is not done`);
    this._look();
    if (this._state === SUCCEEDED) return this._value as T;
    throw this._value;
  }

  /**
   * What a future that is done failed with, `undefined` if it succeeded.
   *
   * @throws {InvalidStateError} If it is not done.
   * @throws {CancelledError} If it was cancelled.
   */
  exception(): unknown {
    if (this._state === WAITING)
      throw new InvalidStateError(`Cannot give the error of ${this._describe()}: it is not done`);
    this._look();
    if (this._state === CANCELLED) throw this._value;
    return this._state === FAILED ? this._value : undefined;
  }

  /**
   * Ends the future with a result.
   *
   * @throws {InvalidStateError} If it is done.
   */
  setResult(value: T): void {
    refuseIfDone(this);
    this._settle(SUCCEEDED, value);
  }

  /**
   * Ends the future with an error.
   *
   * @throws {InvalidStateError} If it is done.
   */
  setException(error: unknown): void {
    refuseIfDone(this);
    this._settle(FAILED, error);
  }

  /**
   * Cancels the future: those who await it get a CancelledError.
   *
   * @param message Reaches the CancelledError.
   * @returns `false` if it was done already.
   */
  cancel(message?: string): boolean {
    return this._state === WAITING && this._cancelWith(cancelledError(message));
  }

  /**
   * Calls back, in a step of its own, once the future is done; if it is done already, soon.
   *
   * @param callback Is passed the future. It runs in the async context of this call, with a copy of its context
   *   variables; what it throws is reported.
   * @throws {TypeError} If `callback` is no function.
   */
  addDoneCallback(callback: (future: this) => unknown): void {
    if (typeof callback !== 'function')
      throw new TypeError(`Cannot call back ${String(callback)}: it is not a function`);
    const observer = new DoneCallback(callback as (future: Future<unknown>) => unknown);
    if (this._state === WAITING) this._observe(observer);
    else observer._settled(this);
  }

  /**
   * Removes every registration of a callback.
   *
   * @returns How many there were.
   */
  removeDoneCallback(callback: (future: this) => unknown): number {
    let removed = 0;
    for (const observer of this._observersNow()) {
      if (!(observer instanceof DoneCallback) || observer.callback !== callback) continue;
      this._unobserve(observer);
      removed += 1;
    }
    return removed;
  }

  // oxlint-disable-next-line unicorn/no-thenable
  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    if (typeof onError === 'function' && isEngineFunction(onValue)) {
      this._await(onValue as never, onError as never, taskStore.getStore());
      return undefined as never; // an await looks at nothing that `then` returns
    }
    return this._promise().then(onValue, onError);
  }

  /** As a promise's `catch`: a callback, not a wait. */
  catch<B = never>(onError?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<T | B> {
    return this._promise().catch(onError);
  }

  /** As a promise's `finally`: a callback, not a wait. */
  finally(onDone?: (() => void) | null): Promise<T> {
    return this._promise().finally(onDone);
  }

  get [Symbol.toStringTag](): string {
    return 'Future';
  }

  [inspect.custom](): string {
    return `Future { ${STATE_NAMES[this._state]} }`;
  }

  /** @internal */
  get _succeeded(): boolean {
    return this._state === SUCCEEDED;
  }

  /** @internal */
  get _failed(): boolean {
    return this._state === FAILED;
  }

  /** @internal */
  get _stateName(): string {
    return STATE_NAMES[this._state] as string;
  }

  /** @internal Says what it is, in the middle of a sentence. */
  _describe(): string {
    return 'a future';
  }

  /** @internal The run that wants to know when this fails and nobody looks. */
  _registry(): TaskRegistry {
    return currentRegistry();
  }

  /** @internal */
  _report(): TaskReport {
    return {
      kind: 'failure',
      message: 'A future failed and nobody looked at it',
      error: this._value,
      task: undefined,
      createdAt: undefined,
    };
  }

  /** @internal A promise of the outcome, for code that is no task. */
  _promise(): Promise<T> {
    return new Promise<T>((resolve, reject) => this._await(resolve as never, reject, undefined));
  }

  /** @internal Somebody has looked at the outcome: a failure needs no report. */
  _look(): void {
    if (debugging) noteAwaited(this);
    if (this._state === FAILED) retrieved(this);
  }

  /** @internal Cancels with a given error, which one cancellation hands down a whole tree. */
  _cancelWith(error: CancelledError): boolean {
    return handDown(this, error);
  }

  /** @internal What goes on to cancel what this waits for; `undefined` if it takes the cancellation itself. */
  _handOn(_error: CancelledError): HandingOn | undefined {
    return undefined;
  }

  /** @internal Whether it hands a cancellation on just now. */
  _handsOn(): boolean {
    return false;
  }

  /** @internal Takes one more cancellation, where one is on its way. */
  _cancelAgain(): boolean {
    return true;
  }

  /** @internal Takes the cancellation. */
  _cancelHere(error: CancelledError): boolean {
    this._settle(CANCELLED, error);
    return true;
  }

  /** @internal */
  _await(
    onValue: (value: unknown) => unknown,
    onError: (error: unknown) => unknown,
    task: Task<unknown> | undefined,
  ): void {
    if (this._state !== WAITING) {
      this._look();
      if (this._state === SUCCEEDED) onValue(this._value);
      else onError(this._value);
      return;
    }
    if (task === undefined || task._state !== WAITING) {
      this._observe(new FutureWait(this, undefined, onValue, onError));
      return;
    }
    if ((task as Future<unknown>) === this) {
      onError(new InvalidStateError(`Cannot await ${this._describe()} inside itself`));
      return;
    }
    const wait = new FutureWait(this, task, onValue, onError);
    this._observe(wait);
    task._enter(wait);
    // A pending cancellation goes to the future: the task then waits until that has ended.
    const pending = task._pending;
    if (pending !== undefined && this._cancelWith(pending)) task._pending = undefined;
  }

  /** @internal */
  _observe(observer: FutureObserver): void {
    if (debugging && observer._looks !== false) noteAwaited(this);
    const observers = this._observers;
    if (observers === undefined) this._observers = observer;
    else if (observers instanceof Set) observers.add(observer);
    else this._observers = new Set([observers, observer]);
  }

  /** @internal */
  _unobserve(observer: FutureObserver): void {
    if (this._observers === observer) this._observers = undefined;
    else if (this._observers instanceof Set) this._observers.delete(observer);
  }

  /** @internal */
  _observersNow(): FutureObserver[] {
    const observers = this._observers;
    if (observers === undefined) return [];
    return observers instanceof Set ? [...observers] : [observers];
  }

  /** @internal */
  _settle(state: number, value: unknown): void {
    this._state = state;
    this._value = value;
    const observers = this._observers;
    if (state === FAILED && !this._observersNow().some(looksAtOutcome)) noteUnretrieved(this);
    if (observers === undefined) return;
    this._observers = undefined;
    if (observers instanceof Set) for (const observer of observers) observer._settled(this);
    else observers._settled(this);
  }
}

// A function rather than a private method, which would add a field to every future and task.
function refuseIfDone(future: Future): void {
  if (future._state !== WAITING)
    throw new InvalidStateError(`Cannot end ${future._describe()}: it is ${future._stateName} already`);
}

function looksAtOutcome(observer: FutureObserver): boolean {
  return observer._looks !== false;
}

class DoneCallback implements FutureObserver {
  readonly _looks = false; // the callback may ask for the outcome, or not
  readonly callback: (future: Future<unknown>) => unknown;
  readonly #call: (future: Future<unknown>) => unknown;

  constructor(callback: (future: Future<unknown>) => unknown) {
    this.callback = callback;
    const context = copyContext();
    this.#call = AsyncLocalStorage.bind((future: Future<unknown>) => context.run(() => callback(future)));
  }

  _settled(future: Future<unknown>): void {
    queueMicrotask(() => {
      try {
        this.#call(future);
      } catch (error) {
        const message = `A callback of ${future._describe()} failed`;
        future._registry().report({ kind: 'failure', message, error, task: undefined, createdAt: undefined });
      }
    });
  }
}

// `await` and the combinators of Promise pass anonymous native functions; bound functions are native too, but named.
function isEngineFunction(value: unknown): boolean {
  return typeof value === 'function' && value.name === '' && toSource.call(value) === 'function () { [native code] }';
}
