import { inspect } from 'node:util';

import { CancelledError, InvalidStateError } from '@weft/core';

import { Context, copyContext } from './context.ts';
import { spawn } from './create-task.ts';
import { currentTask } from './current-task.ts';
import { DeadlockError, deadlockReport } from './deadlock-error.ts';
import { cancelledError } from './internal/cancellation.ts';
import { unwatchRun, watchRun } from './internal/debug-watch.ts';
import { FAILED } from './internal/future-state.ts';
import { cancelAll } from './internal/hand-down.ts';
import { type Unhandled, TaskRegistry } from './internal/task-registry.ts';
import { reportUnretrieved } from './internal/unretrieved.ts';
import { whenIdle } from './internal/when-idle.ts';
import { onInterrupt } from './internal/watch-interrupt.ts';
import { KeyboardInterrupt } from './keyboard-interrupt.ts';
import type { Task, TaskBody } from './task.ts';

/** How a run behaves. */
export interface RunOptions {
  /** Reports steps that block the event loop and tasks that nobody awaited, and records where each task was created. */
  debug?: boolean | undefined;
  /**
   * In debug mode, report steps that take at least this many milliseconds.
   *
   * @default 100
   */
  slowCallbackDuration?: number | undefined;
  /**
   * Lets the first Ctrl-C cancel the main task, and the second one end the program.
   *
   * @default true
   */
  handleSigint?: boolean | undefined;
  /**
   * What to do with a task's failure that nobody looks at: print it, end the program as Node does for a promise, or
   * call back.
   *
   * @default 'report'
   */
  unhandled?: Unhandled | undefined;
}

/**
 * Runs several main functions one after another, in one context, and cleans up at the end.
 *
 * @see https://docs.python.org/3/library/asyncio-runner.html#asyncio.Runner
 * @example
 * await using runner = new Runner();
 * await runner.run(first);
 * await runner.run(second);
 */
export class Runner implements AsyncDisposable {
  readonly #registry: TaskRegistry;
  readonly #handleSigint: boolean;
  readonly #context: Context = copyContext();
  #running = false;
  #closing: Promise<void> | undefined = undefined;

  constructor({
    debug = false,
    slowCallbackDuration = 100,
    handleSigint = true,
    unhandled = 'report',
  }: RunOptions = {}) {
    checkOptions(slowCallbackDuration, unhandled);
    this.#registry = new TaskRegistry(unhandled, debug, slowCallbackDuration);
    this.#handleSigint = handleSigint;
  }

  /**
   * Runs a main task.
   *
   * @param main An async function without parameters.
   * @param options `context` replaces the runner's own.
   * @returns What it returns.
   * @throws {KeyboardInterrupt} If Ctrl-C ended it.
   * @throws {DeadlockError} If it waits and nothing is left that could end the wait.
   * @throws {InvalidStateError} If the runner is closed or busy, or the caller runs in a task.
   */
  async run<T>(main: TaskBody<T>, { context = this.#context }: { context?: Context } = {}): Promise<T> {
    if (typeof main !== 'function') throw new TypeError(`Cannot run ${inspect(main)}: it must be an async function`);
    if (this.#closing !== undefined) throw new InvalidStateError('Cannot run: the runner is closed');
    if (this.#running) throw new InvalidStateError('Cannot run: the runner is running another main function');
    if (currentTask() !== undefined) throw new InvalidStateError('Cannot run inside a task: use createTask or await');
    this.#registry.open();
    if (this.#registry.debug) watchRun(this.#registry);
    const task = spawn(main, undefined, this.#registry.own, { name: 'main', context }, this.run);
    this.#running = true;
    let interrupted = false;
    const stopSignals = onInterrupt(this.#handleSigint, () => {
      interrupted = true;
      task.cancel();
    });
    const stopWatching = whenIdle(() => this.#reportDeadlock(task as Task));
    try {
      return await task._promise();
    } catch (error) {
      if (interrupted && error instanceof CancelledError && task.uncancel() === 0) throw new KeyboardInterrupt();
      throw error;
    } finally {
      stopSignals();
      stopWatching();
      this.#running = false;
    }
  }

  /**
   * Cancels what is left over, waits for it and reports its failures. Calling it again only waits for that.
   *
   * @throws {InvalidStateError} If the caller runs in one of its tasks, which would wait for itself.
   */
  async close(): Promise<void> {
    const task = currentTask();
    if (task !== undefined && task._list.registry === this.#registry)
      throw new InvalidStateError('Cannot close the runner inside a task of its own');
    await (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    if (this.#registry.debug) unwatchRun(this.#registry);
    await this.#endTasks();
    for (const connection of this.#registry.connections) connection._abort();
    await Promise.allSettled([...this.#registry.leftovers].map((leftover) => leftover.end()));
    reportUnretrieved(this.#registry);
    this.#registry.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Cancels the tasks that are left, those too that these create in their cleanup, and waits for all of them. */
  async #endTasks(): Promise<void> {
    const error = cancelledError();
    for (let tasks = this.#registry.tasks(); tasks.length > 0; tasks = this.#registry.tasks()) {
      cancelAll(tasks, error);
      const ended = await this.#unlessStuck(Promise.allSettled(tasks.map((task) => task._promise())));
      for (const task of tasks) if (task._failed) this.#registry.report(task._report());
      if (!ended) return;
    }
  }

  /** Waits for tasks, but reports those that swallowed the cancellation and that nothing can wake any more. */
  async #unlessStuck(ending: Promise<unknown>): Promise<boolean> {
    let stop: (() => void) | undefined;
    // What is ended after the tasks must not keep the process alive for tasks that wait for something else.
    let wakes = this.#hold(false);
    const stuck = new Promise<boolean>((resolve) => {
      stop = whenIdle(() => {
        if (!wakes || this.#registry.tasks().every((task) => task._wait === undefined)) resolve(false);
        else this.#hold(true);
        wakes = false;
      });
    });
    const ended = await Promise.race([ending.then(() => true), stuck]);
    stop?.();
    this.#hold(true);
    if (!ended) this.#registry.report(deadlockReport(new DeadlockError(this.#registry.tasks())));
    return ended;
  }

  /** Says whether servers, connections and programs keep the process alive, and answers whether there are any. */
  #hold(on: boolean): boolean {
    const { connections, leftovers } = this.#registry;
    for (const connection of connections) connection._hold(on);
    for (const leftover of leftovers) leftover.hold(on);
    return connections.size + leftovers.size > 0;
  }

  // Nothing can wake the main task any more, and Node would leave without a word.
  #reportDeadlock(main: Task): void {
    if (main.done()) return;
    const error = new DeadlockError(this.#registry.tasks());
    const wait = main._wait;
    main._settle(FAILED, error);
    // Its body unwinds too, with the same error; the task's outcome is decided already.
    for (const one of wait instanceof Set ? [...wait] : [wait]) one?.interrupt(error);
  }

  [inspect.custom](): string {
    const state = this.#closing !== undefined ? 'closed' : this.#running ? 'running' : 'idle';
    return `Runner { ${state}, ${this.#registry.tasks().length} tasks }`;
  }
}

function checkOptions(slowCallbackDuration: number, unhandled: Unhandled): void {
  if (typeof slowCallbackDuration !== 'number' || !(slowCallbackDuration >= 0))
    throw new RangeError(`Cannot report steps of ${String(slowCallbackDuration)} ms: it must be a number from 0 on`);
  if (typeof unhandled !== 'function' && unhandled !== 'report' && unhandled !== 'crash')
    throw new RangeError(`Cannot treat failures by ${inspect(unhandled)}: it must be 'report', 'crash' or a function`);
}
