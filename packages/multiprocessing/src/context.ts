import { availableParallelism } from 'node:os';
import { inspect } from 'node:util';
import { AuthenticationError, InvalidStateError, TimeoutError } from '@weft/core';
import { checkOptions } from '@weft/core/lowlevel';
import { Barrier } from './barrier.ts';
import { BoundedSemaphore } from './bounded-semaphore.ts';
import { BufferTooShortError } from './buffer-too-short-error.ts';
import { Condition } from './condition.ts';
import { activeChildren, currentProcess, parentProcess } from './current-process.ts';
import { Event } from './event.ts';
import { JoinableQueue } from './joinable-queue.ts';
import { Lock } from './lock.ts';
import { getLogger, logToStderr } from './logger.ts';
import { Manager } from './manager.ts';
import { Pipe } from './pipe.ts';
import { Pool } from './pool.ts';
import { Process } from './process.ts';
import { Queue } from './queue.ts';
import { RLock } from './rlock.ts';
import { Semaphore } from './semaphore.ts';
import { SharedArray } from './shared-array.ts';
import { SharedValue } from './shared-value.ts';
import { SimpleQueue } from './simple-queue.ts';
import { setExecutable } from './internal/spawn.ts';

/** How children are started: by a fresh Node. A live one cannot be forked. */
export type StartMethod = 'spawn';

const METHODS: readonly StartMethod[] = ['spawn'];

let chosen: StartMethod | undefined;

/**
 * This module's functions and classes with a start method that is settled.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#contexts-and-start-methods
 * @example
 * const context = getContext('spawn');
 * const queue = new context.Queue<number>();
 */
export class Context {
  readonly AuthenticationError: typeof AuthenticationError = AuthenticationError;
  readonly Barrier: typeof Barrier = Barrier;
  readonly BoundedSemaphore: typeof BoundedSemaphore = BoundedSemaphore;
  readonly BufferTooShortError: typeof BufferTooShortError = BufferTooShortError;
  readonly Condition: typeof Condition = Condition;
  readonly Event: typeof Event = Event;
  readonly JoinableQueue: typeof JoinableQueue = JoinableQueue;
  readonly Lock: typeof Lock = Lock;
  readonly Manager: typeof Manager = Manager;
  readonly Pipe: typeof Pipe = Pipe;
  readonly Pool: typeof Pool = Pool;
  readonly Process: typeof Process = Process;
  readonly Queue: typeof Queue = Queue;
  readonly RLock: typeof RLock = RLock;
  readonly Semaphore: typeof Semaphore = Semaphore;
  readonly SharedArray: typeof SharedArray = SharedArray;
  readonly SharedValue: typeof SharedValue = SharedValue;
  readonly SimpleQueue: typeof SimpleQueue = SimpleQueue;
  readonly TimeoutError: typeof TimeoutError = TimeoutError;
  readonly activeChildren: typeof activeChildren = activeChildren;
  readonly cpuCount: typeof cpuCount = cpuCount;
  readonly currentProcess: typeof currentProcess = currentProcess;
  readonly freezeSupport: typeof freezeSupport = freezeSupport;
  readonly getLogger: typeof getLogger = getLogger;
  readonly logToStderr: typeof logToStderr = logToStderr;
  readonly parentProcess: typeof parentProcess = parentProcess;
  readonly setExecutable: typeof setExecutable = setExecutable;
  readonly #method: StartMethod;

  constructor(method: StartMethod) {
    this.#method = method;
  }

  /** How its processes are started. */
  getStartMethod(): StartMethod {
    return this.#method;
  }

  /** The start methods that there are, the default first. */
  getAllStartMethods(): StartMethod[] {
    return getAllStartMethods();
  }

  [inspect.custom](): string {
    return `Context { ${this.#method} }`;
  }

  /** This context, or the one of another method. */
  getContext(method?: StartMethod): Context {
    return method === undefined ? this : getContext(method);
  }

  /**
   * Refuses: a context has its start method for good.
   *
   * @throws {InvalidStateError} Always.
   */
  setStartMethod(): never {
    throw new InvalidStateError(`Cannot change the start method of a context: it is ${this.#method}`);
  }
}

const contexts = new Map<StartMethod, Context>();

/**
 * Gives this module's functions and classes with a start method that is settled.
 *
 * @param method Left out, the one that was set, or the default.
 * @returns What this package exports, under one object.
 * @throws {RangeError} If there is no such method here.
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.get_context
 * @example
 * const context = getContext();
 * const lock = new context.Lock();
 */
export function getContext(method: StartMethod = chosen ?? 'spawn'): Context {
  checkMethod(method);
  let context = contexts.get(method);
  if (context === undefined) contexts.set(method, (context = new Context(method)));
  return context;
}

/**
 * How children are started.
 *
 * @param options `allowNone`: answer `undefined` if nobody has set or asked for the method yet, and settle nothing.
 * @returns `'spawn'`.
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.get_start_method
 * @example
 * console.log(getStartMethod()); // 'spawn'
 */
export function getStartMethod(options: { allowNone?: boolean } = {}): StartMethod | undefined {
  checkOptions('get the start method', options);
  const { allowNone = false } = options;
  if (chosen === undefined && !allowNone) chosen = 'spawn';
  return chosen;
}

/**
 * Settles how children are started.
 *
 * @param method The method; `undefined` only with `force`, to settle nothing again.
 * @param options `force`: whether it may be changed.
 * @throws {RangeError} If there is no such method here.
 * @throws {InvalidStateError} If it is settled already.
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.set_start_method
 * @example
 * setStartMethod('spawn');
 */
export function setStartMethod(method: StartMethod | undefined, options: { force?: boolean } = {}): void {
  checkOptions('set the start method', options);
  const { force = false } = options;
  if (method !== undefined) checkMethod(method);
  if (chosen !== undefined && !force) throw new InvalidStateError('Cannot set the start method: it is settled already');
  chosen = method;
}

/**
 * The start methods that there are, the default first.
 *
 * @returns The only one that Node has.
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.get_all_start_methods
 * @example
 * console.log(getAllStartMethods()); // [ 'spawn' ]
 */
export function getAllStartMethods(): StartMethod[] {
  return [...METHODS];
}

/**
 * Does nothing: it is there for programs that follow Python's documentation.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.freeze_support
 * @example
 * freezeSupport();
 */
export function freezeSupport(): void {}

/**
 * How many processes this machine can run at once.
 *
 * @returns How many, at least 1.
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.cpu_count
 * @example
 * await using pool = new Pool(cpuCount());
 */
export function cpuCount(): number {
  return availableParallelism();
}

function checkMethod(method: unknown): void {
  if (METHODS.includes(method as StartMethod)) return;
  const reason =
    method === 'fork' || method === 'forkserver' ? 'a running Node cannot be forked' : 'there is no such method';
  throw new RangeError(`Cannot start processes by ${JSON.stringify(method)}: ${reason}; use "spawn"`);
}
