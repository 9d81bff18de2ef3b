import { inspect } from 'node:util';
import { type WaitOptions, InvalidStateError } from '@weft/core';
import { checkWait, interruptible, keepAlive } from '@weft/core/lowlevel';
import { checkAuthkey, ownAuthkey } from './internal/authkey.ts';
import { listChildren } from './internal/children.ts';
import { ownProcess } from './internal/own-process.ts';
import { type Waitable, isReady, whenReady } from './internal/waitable.ts';
import type { Process } from './process.ts';

/**
 * The process that runs this code.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.current_process
 * @example
 * const { name, pid, daemon } = currentProcess();
 */
export class CurrentProcess {
  /** Its name, `MainProcess` if nobody started it as a child. */
  get name(): string {
    return ownProcess().name;
  }

  set name(name: string) {
    ownProcess().name = String(name);
  }

  /** Its process id. */
  get pid(): number {
    return process.pid;
  }

  /** Its process id, under Python's other name. */
  get ident(): number {
    return process.pid;
  }

  /** Whether it is ended when its parent ends, and may not have children. */
  get daemon(): boolean {
    return ownProcess().daemon;
  }

  /** The key that it shares with its kin, and with nobody else. Children inherit it. */
  get authkey(): Uint8Array {
    return ownAuthkey();
  }

  set authkey(key: Uint8Array) {
    ownProcess().authkey = checkAuthkey(key);
  }

  /** Always `undefined`: it has not ended. */
  get exitcode(): undefined {
    return undefined;
  }

  /** Always `true`. */
  isAlive(): true {
    return true;
  }

  /**
   * Refuses: a process cannot wait for itself.
   *
   * @throws {InvalidStateError} Always.
   */
  join(): never {
    throw new InvalidStateError('Cannot join the current process: it can only be joined by its parent');
  }

  [inspect.custom](): string {
    return `${this.name === 'MainProcess' ? 'MainProcess' : 'CurrentProcess'} { '${this.name}', pid ${this.pid}${this.daemon ? ', daemon' : ''} }`;
  }
}

/**
 * The process that started this one.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.parent_process
 * @example
 * export async function untilParentEnds() {
 *   await parentProcess()?.join();
 * }
 */
export class ParentProcess {
  readonly name: string;
  readonly pid: number;
  /** What `wait` takes to wait for its end. */
  readonly sentinel: Waitable;

  constructor(name: string, pid: number) {
    this.name = name;
    this.pid = pid;
    this.sentinel = { [isReady]: () => !this.isAlive(), [whenReady]: whenOrphaned };
  }

  /** Its process id, under Python's other name. */
  get ident(): number {
    return this.pid;
  }

  /** Whether it lives. A child does not outlive its parent for long enough to see much of `false`. */
  isAlive(): boolean {
    return process.ppid === this.pid;
  }

  /**
   * Waits until the parent has ended. This process is about to end then, too.
   *
   * @param options How long to wait, and a signal that ends the wait.
   */
  async join(options: WaitOptions = {}): Promise<void> {
    if (checkWait(options, JOIN) === 0 || !this.isAlive()) return options.signal?.throwIfAborted();
    const release = keepAlive();
    try {
      await interruptible<void>(options, {
        action: JOIN,
        begin(waiter) {
          const stop = whenOrphaned(() => waiter.resolve());
          return () => {
            stop();
            return true;
          };
        },
        onTimeout: () => undefined,
      });
    } finally {
      release();
    }
  }

  [inspect.custom](): string {
    return `ParentProcess { '${this.name}', pid ${this.pid}, ${this.isAlive() ? 'started' : 'stopped'} }`;
  }
}

const JOIN = 'join the parent process';
const current = new CurrentProcess();
const orphaned = new Set<() => void>();
let parent: ParentProcess | undefined;

/**
 * The process that runs this code.
 *
 * @returns Always the same object.
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.current_process
 * @example
 * console.log(currentProcess().name); // 'MainProcess'
 */
export function currentProcess(): CurrentProcess {
  return current;
}

/**
 * The process that started this one with {@link Process}.
 *
 * @returns `undefined` in the main process.
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.parent_process
 * @example
 * console.log(parentProcess()?.pid); // undefined, in the main process
 */
export function parentProcess(): ParentProcess | undefined {
  const known = ownProcess().parent;
  if (known !== undefined) parent ??= new ParentProcess(known.name, known.pid);
  return parent;
}

/**
 * The children of this process that are alive.
 *
 * @returns Their objects, in the order of their starts.
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.active_children
 * @example
 * for (const child of activeChildren()) child.terminate();
 */
export function activeChildren(): Process[] {
  return listChildren().filter((child) => child.isAlive());
}

/** Tells those who wait for the parent's end that it has come. */
export function announceOrphaned(): void {
  for (const callback of orphaned) callback();
}

function whenOrphaned(callback: () => void): () => void {
  orphaned.add(callback);
  return () => orphaned.delete(callback);
}
