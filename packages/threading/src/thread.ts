import { inspect } from 'node:util';
import type { ResourceLimits } from 'node:worker_threads';
import { InvalidStateError, type Target, TransferError, type WaitOptions, fromWire, task, toWire } from '@weft/core';
import { checkOptions, checkWait, describeClass, describeTarget, pack } from '@weft/core/lowlevel';
import { joinAwaiting, joinBlocking } from './internal/join.ts';
import { MAX_NAME } from './internal/layout.ts';
import { isAlive, nativeIdOf, nextNumber, recordOf, rename, self } from './internal/registry.ts';
import { launch } from './internal/launch.ts';
import { reap } from './internal/reaper.ts';
import { checkResourceLimits } from './internal/resource-limits.ts';

/** How a thread is made. */
export interface ThreadOptions<A extends unknown[] = unknown[]> {
  /** An exported function for the thread to call. It may return a promise: the thread then waits for it. */
  target?: Target<A> | undefined;
  /** What to call it with. They cross to the thread when it starts. */
  args?: Readonly<A> | undefined;
  /** Left out or empty, `Thread-N (target)`. */
  name?: string | undefined;
  /** Whether the program may end without this thread having ended. Left out, as the thread that makes it is. */
  daemon?: boolean | undefined;
  /** Bounds on the thread's memory and stack. */
  resourceLimits?: ResourceLimits | undefined;
}

interface Existing {
  ident: number;
  name: string;
  daemon: boolean;
}

let existing: Existing | undefined;
const handles = new Map<number, Thread>();

/**
 * A thread of this process that calls one function and then ends.
 *
 * A thread has modules and variables of its own. What it prints appears at once. An error that it does not catch goes
 * to the excepthook, and the rest of the program goes on.
 *
 * Instead of giving a target, a class may extend this one and override `run`. It must be exported; its public fields
 * cross to the thread.
 *
 * @see https://docs.python.org/3/library/threading.html#threading.Thread
 * @example
 * const thread = new Thread({ target: printNumbers, args: [5] }).start();
 * await thread.join();
 */
export class Thread<A extends unknown[] = unknown[]> {
  static {
    task(import.meta, this);
  }
  #ident: number | undefined;
  #name: string;
  #daemon: boolean;
  #nativeId: number | undefined;
  #target: Target<A> | undefined;
  #args: A | undefined;
  readonly #resourceLimits: ResourceLimits | undefined;

  /**
   * @param options What to call, and what to be called.
   * @throws {TypeError} If `args` is not an array.
   * @throws {TargetError} If the thread could not find the target: it must be exported by its module.
   */
  constructor(options: ThreadOptions<A> = {}) {
    checkOptions('make a thread', options);
    checkResourceLimits(options.resourceLimits);
    const { args } = options as { args?: unknown };
    if (args !== undefined && !Array.isArray(args))
      throw new TypeError(`Cannot call the target with ${inspect(args)}: args must be an array`);
    const from = existing;
    existing = undefined;
    this.#ident = from?.ident;
    this.#target = options.target;
    this.#args = options.args;
    this.#resourceLimits = options.resourceLimits;
    this.#daemon = from?.daemon ?? options.daemon ?? recordOf(self)?.daemon ?? false;
    if (from === undefined && options.target !== undefined) describeTarget(options.target);
    this.#name = from?.name ?? nameFor(options.name, options.target?.name);
  }

  /** The ident of the thread: a number above 0 that no other living thread has. `undefined` before it starts. */
  get ident(): number | undefined {
    return this.#ident;
  }

  /** The number by which the system knows the thread; `undefined` before it starts. Waits until it has one. */
  get nativeId(): number | undefined {
    if (this.#ident === undefined) return undefined;
    while (nativeIdOf(this.#ident) === 0 && isAlive(this.#ident)) joinBlocking(this.#ident, 1);
    this.#nativeId ??= nativeIdOf(this.#ident);
    return this.#nativeId;
  }

  /** For people; it means nothing. May be changed at any time, and other threads see it. */
  get name(): string {
    const record = this.#ident === undefined ? undefined : recordOf(this.#ident);
    // Of a very long name other threads know the beginning.
    const known = record?.name.length === MAX_NAME && this.#name.startsWith(record.name);
    if (record !== undefined && !known) this.#name = record.name;
    return this.#name;
  }

  set name(name: string) {
    this.#name = String(name);
    if (this.#ident !== undefined) rename(this.#ident, this.#name);
  }

  /** Whether the program may end without this thread having ended. Cannot be changed once the thread has started. */
  get daemon(): boolean {
    return this.#daemon;
  }

  set daemon(daemon: boolean) {
    if (this.#ident !== undefined)
      throw new InvalidStateError(`Cannot change the daemon status of ${this.#name}: it has started`);
    this.#daemon = daemon;
  }

  /**
   * Starts the thread, once. It counts as alive from here on.
   *
   * @returns This thread.
   * @throws {InvalidStateError} If it was started before, the process is ending, the caller is a thread that only imports
   *   its target yet, or the system gives no thread.
   * @throws {TransferError} If an argument cannot cross, with the path to it.
   */
  start(): this {
    if (this.#ident !== undefined) throw new InvalidStateError(`Cannot start ${this.#name}: it was started before`);
    const args = pack(this.#args ?? [], 'thread', 'args');
    const fields = pack({ ...this }, 'thread', 'this');
    const child = launch({
      name: this.#name,
      daemon: this.#daemon,
      resourceLimits: this.#resourceLimits,
      job: {
        target: this.#target && describeTarget(this.#target),
        args: args.body,
        type: this.constructor === Thread ? undefined : describeClass(this.constructor as typeof Thread),
        fields: fields.body,
      },
      transfer: [...args.transfer, ...fields.transfer],
      threadOf: handleOf,
    });
    this.#ident = child.ident;
    handles.set(child.ident, this as Thread<never[]> as Thread);
    this.#target = undefined;
    this.#args = undefined;
    return this;
  }

  /**
   * What the thread does: calls the target. A class that extends this one may override it.
   *
   * It is called in the thread itself.
   */
  run(): unknown {
    return this.#target?.(...(this.#args ?? ([] as unknown as A)));
  }

  /**
   * Waits until the thread has ended, however it ends. Any number of threads may wait, and again afterwards.
   *
   * If time runs out, it returns as well: `isAlive()` tells.
   *
   * @param options How long to wait, and a signal that ends the wait.
   * @throws {InvalidStateError} If the thread has not started, is the caller itself, or was not started by this library.
   */
  async join(options: WaitOptions = {}): Promise<void> {
    await joinAwaiting(this.#joinable(), options);
  }

  /** Does the same as {@link join}, blocking the calling thread. */
  joinSync(options: { timeout?: number } = {}): void {
    joinBlocking(this.#joinable(), checkWait(options, 'join the thread'));
  }

  /** Whether the thread has started and not ended. */
  isAlive(): boolean {
    if (this.#ident === undefined) return false;
    if (isAlive(this.#ident)) reap();
    return isAlive(this.#ident);
  }

  /** Waits until the thread has ended, if it was started. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#ident !== undefined) await this.join();
  }

  [toWire](): Existing {
    if (this.#ident === undefined) throw new TransferError(`Cannot send ${this.#name}: it has not started`);
    return { ident: this.#ident, name: this.name, daemon: this.#daemon };
  }

  static [fromWire](state: Existing): Thread {
    return handleOf(state.ident, state);
  }

  [inspect.custom](): string {
    const state = this.#ident === undefined ? 'initial' : isAlive(this.#ident) ? 'started' : 'stopped';
    const ident = this.#ident === undefined ? '' : ` ${this.#ident}`;
    return `${this.constructor.name} { ${this.name}, ${state}${this.#daemon ? ' daemon' : ''}${ident} }`;
  }

  #joinable(): number {
    const ident = this.#ident;
    if (ident === undefined) throw new InvalidStateError(`Cannot join ${this.#name}: it has not started`);
    if (ident === self) throw new InvalidStateError(`Cannot join ${this.#name}: it is the current thread`);
    if (recordOf(ident)?.parent === 0)
      throw new InvalidStateError(`Cannot join ${this.#name}: this library did not start it`);
    return ident;
  }
}

/** The object for a thread that is known by its ident: always the same one in a thread, for as long as that lives. */
export function handleOf(ident: number, known?: Existing): Thread {
  return handles.get(ident) ?? makeHandle(Thread, ident, {}, known);
}

/** Makes the object for an existing thread. Of a class that extends Thread, the constructor is not called. */
export function makeHandle(type: typeof Thread, ident: number, options: ThreadOptions, known?: Existing): Thread {
  for (const old of handles.keys()) if (!isAlive(old)) handles.delete(old);
  const record = recordOf(ident) ?? known;
  existing = { ident, name: record?.name ?? `Thread-${ident}`, daemon: record?.daemon ?? false };
  const thread = Reflect.construct(Thread, [options], type) as Thread;
  if (isAlive(ident)) handles.set(ident, thread);
  return thread;
}

function nameFor(name: string | undefined, label: string | undefined): string {
  if (name !== undefined && name !== '') return String(name);
  return `Thread-${nextNumber()}${label === undefined || label === '' ? '' : ` (${label})`}`;
}
