import type { Readable, Writable } from 'node:stream';
import { inspect } from 'node:util';
import { type Target, type WaitOptions, InvalidStateError } from '@weft/core';
import { checkWait, describeTarget, interruptible, keepAlive } from '@weft/core/lowlevel';
import { checkAuthkey, ownAuthkey } from './internal/authkey.ts';
import { block } from './internal/block.ts';
import { addChild, removeChild } from './internal/children.ts';
import { checkMayHaveChildren } from './internal/may-have-children.ts';
import { Ending } from './internal/ending.ts';
import { nameOfExitcode, onExit } from './internal/exit-status.ts';
import { publishProcess } from './process-event.ts';
import { guard } from './internal/guardian.ts';
import { encodeJob } from './internal/job.ts';
import { asSelf, ownProcess } from './internal/own-process.ts';
import { canDieWithParent } from './internal/parent-death.ts';
import { hearSigns } from './internal/signs.ts';
import { type SpawnOptions, type Spawned, checkSpawnOptions, spawnChild, spawnedSelf } from './internal/spawn.ts';
import { talksToParent } from './internal/talks-to-parent.ts';
import { type Waitable, isReady, whenReady } from './internal/waitable.ts';

/** How a {@link Process} is made. */
// oxlint-disable-next-line typescript/no-explicit-any -- as for Process
export interface ProcessOptions<A extends unknown[] = any[]> extends SpawnOptions {
  /** What it runs: an exported function. The process ends with it, and when nothing else is left to do. */
  target?: Target<A> | undefined;
  /** What the function is called with. Copied when the process starts. */
  args?: Readonly<A> | undefined;
  /** Its name. @default 'Process-1', 'Process-2', …; 'Process-1:1' for a child of the first one */
  name?: string | undefined;
  /** Whether it is ended when this process ends, instead of being waited for. @default as this process is */
  daemon?: boolean | undefined;
}

/** The longest pause between two looks of a blocking join, in milliseconds. */
const MAX_PAUSE = 2;

/** What a started process holds; `undefined` before the start. For the pool, which talks to its workers. */
export let spawnedOf: (process: Process) => Spawned | undefined;

/**
 * A function that runs in a process of its own.
 *
 * Instead of giving a target, a class may extend this one and override `run`. It must be exported; its public fields
 * cross to the process, where its constructor is not called.
 *
 * What it prints goes straight to where this process prints, in whole lines, and all of it is there before `join` is
 * done. An error that it does not catch is printed, and the exit code is 1. However this process ends, its children
 * end too.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.Process
 * @example
 * const child = new Process({ target: calculateSquare, args: [[1, 2, 3]] });
 * child.start();
 * await child.join();
 */
// oxlint-disable-next-line typescript/no-explicit-any -- a class that extends it takes any target, unless it says which
export class Process<A extends unknown[] = any[]> implements AsyncDisposable {
  static {
    spawnedOf = (process) => process.#child;
  }

  #target: Target<A> | undefined;
  #args: unknown[];
  #name: string;
  #daemon: boolean;
  #authkey: Uint8Array | undefined;
  #child: Spawned | undefined;
  /** `undefined` before the start. */
  #ending: Ending | undefined;
  #closed = false;
  #unguard: (() => void) | undefined;
  readonly #identity: readonly number[];
  readonly #options: SpawnOptions;
  readonly #sentinel: Waitable = {
    [isReady]: () => !this.isAlive(),
    [whenReady]: (callback) => (this.#ending as Ending).whenOver(callback),
  };

  /**
   * @param options What it runs and how.
   * @throws {TargetError} If the child could not find the function.
   * @throws {TypeError} If an option is of the wrong type.
   */
  constructor(options: ProcessOptions<A> = {}) {
    checkSpawnOptions(options);
    const own = ownProcess();
    const { target, args = [], name, daemon = own.daemon, ...rest } = options;
    if (!Array.isArray(args)) throw new TypeError(`Cannot use ${String(args)} as args: it must be an array`);
    if (target) describeTarget(target);
    this.#target = target;
    this.#args = [...args];
    own.started += 1;
    this.#identity = [...own.identity, own.started];
    this.#name = name === undefined ? `${new.target.name}-${this.#identity.join(':')}` : String(name);
    this.#daemon = Boolean(daemon);
    this.#options = rest;
  }

  /** Its name, for people. */
  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    this.#name = String(name);
  }

  /** Whether it is ended when this process ends, and may not have children. Set it before the start. */
  get daemon(): boolean {
    return this.#daemon;
  }

  set daemon(daemon: boolean) {
    if (this.#child !== undefined) throw new InvalidStateError(`Cannot set daemon of ${this.#name}: it was started`);
    this.#daemon = Boolean(daemon);
  }

  /** The key that it shares with its kin; this process's own one unless it is set. */
  get authkey(): Uint8Array {
    return this.#authkey ?? ownAuthkey();
  }

  set authkey(key: Uint8Array) {
    this.#authkey = checkAuthkey(key);
  }

  /** Its process id, `undefined` before the start. */
  get pid(): number | undefined {
    this.#checkOpen();
    return this.#child?.pid;
  }

  /** Its process id, under Python's other name. */
  get ident(): number | undefined {
    return this.pid;
  }

  /** How it ended: its exit code, or the negated number of the signal that ended it. `undefined` until then. */
  get exitcode(): number | undefined {
    this.#checkOpen();
    this.#ending?.look();
    return this.#ending?.exitcode;
  }

  /**
   * What `wait` takes to wait for its end.
   *
   * @throws {RangeError} Before the start.
   */
  get sentinel(): Waitable {
    this.#checkOpen();
    if (this.#child === undefined) throw new RangeError(`Cannot get the sentinel of ${this.#name}: it was not started`);
    return this.#sentinel;
  }

  /** Its standard input, if `stdio` made that a pipe. */
  get stdin(): Writable | undefined {
    return this.#child?.handle.stdin ?? undefined;
  }

  /** What it prints to standard output, if `stdio` made that a pipe. Read it, or the process stops when it is full. */
  get stdout(): Readable | undefined {
    return this.#child?.handle.stdout ?? undefined;
  }

  /** What it prints to standard error, if `stdio` made that a pipe. */
  get stderr(): Readable | undefined {
    return this.#child?.handle.stderr ?? undefined;
  }

  /**
   * Starts it. The arguments are copied now.
   *
   * @returns This object.
   * @throws {InvalidStateError} If it was started before, if this process is a daemon, or if it is a child that has not
   *   come to its own target yet and only imports a module.
   * @throws {TransferError} If an argument cannot cross, with the path to it.
   */
  start(): this {
    this.#checkOpen();
    if (this.#child !== undefined) throw new InvalidStateError(`Cannot start ${this.#name} twice`);
    checkMayHaveChildren();
    const own = ownProcess();
    const target = this.#target;
    const job = encodeJob(this.#args, this.run === Process.prototype.run ? undefined : this);
    const child = spawnChild(
      {
        name: this.#name,
        identity: [...this.#identity],
        daemon: this.#daemon,
        authkey: Buffer.from(this.authkey).toString('base64'),
        parent: { pid: process.pid, name: own.name },
        target: target && describeTarget(target),
        serves: target !== undefined && talksToParent.has(target),
      },
      job,
      this.#options,
    );
    this.#child = child;
    this.#target = undefined;
    const ending = new Ending(child.pid, () => this.#end());
    this.#ending = ending;
    if (!canDieWithParent()) this.#unguard = guard(child.pid);
    onExit(child, (exitcode) => ending.end(exitcode));
    const reads = (isGuarded: boolean): void => {
      if (!isGuarded && !ending.isOver) this.#unguard ??= guard(child.pid);
    };
    hearSigns(child.channel, job.cells, reads, () => (this.#args = []));
    child.channel.unref();
    if (this.#daemon) child.handle.unref();
    addChild(this);
    publishProcess('start', this.#name, child.pid);
    return this;
  }

  /**
   * What it does: calls the target. A class that extends this one may override it.
   *
   * It is called in the process itself, and may return a promise, which is waited for.
   */
  run(): unknown {
    return this.#target?.(...(this.#args as A));
  }

  /** Makes the object of this class that stands for the process that runs this code. */
  static [asSelf](target: Target | undefined, args: readonly unknown[]): Process {
    const own = ownProcess();
    const self = Reflect.construct(Process, [{ args, name: own.name }], this) as Process;
    // It is no child of this process.
    own.started -= 1;
    self.#target = target;
    self.#child = spawnedSelf();
    self.#ending = new Ending(process.pid, () => {});
    return self;
  }

  /**
   * Waits until it has ended. Cancelling the wait does not end the process.
   *
   * @param options How long to wait, and a signal that ends the wait. Read `exitcode` to see whether it ended in time.
   * @throws {InvalidStateError} If it was not started.
   */
  async join(options: WaitOptions = {}): Promise<void> {
    const ending = this.#checkJoinable();
    ending.look();
    const action = `join ${this.#name}`;
    if (checkWait(options, action) === 0 || ending.isOver) return options.signal?.throwIfAborted();
    const release = keepAlive();
    try {
      await interruptible<void>(options, {
        action,
        begin: (waiter) => {
          // Not at once: Node may be about to tell how others have ended, and cannot be asked until it has.
          return ending.whenOver(() => setImmediate(() => waiter.resolve()));
        },
        onTimeout: () => undefined,
      });
    } finally {
      release();
    }
  }

  /**
   * Blocks this thread until it has ended.
   *
   * @param options How long to wait, in milliseconds; for ever if left out.
   * @throws {InvalidStateError} If it was not started.
   */
  joinSync(options: { timeout?: number | undefined } = {}): void {
    const ending = this.#checkJoinable();
    const end = performance.now() + checkWait(options, `join ${this.#name}`);
    for (let pause = 0.1; ending.isAlive; pause = Math.min(pause * 1.5, MAX_PAUSE)) {
      const rest = end - performance.now();
      if (rest <= 0) return;
      block(Math.min(pause, rest));
    }
  }

  /** Whether it was started and has not ended. */
  isAlive(): boolean {
    this.#checkOpen();
    return this.#ending?.isAlive ?? false;
  }

  /** Asks it to end, with SIGTERM. Does nothing if it has ended. */
  terminate(): void {
    this.#signal('SIGTERM');
  }

  /** Ends it at once, with SIGKILL. Does nothing if it has ended. */
  kill(): void {
    this.#signal('SIGKILL');
  }

  /**
   * Interrupts it, as Ctrl-C does: unless it handles that, its exit code is 1, or -2 if it has only just been started
   * and its Node does not handle signals yet. Does nothing if it has ended.
   */
  interrupt(): void {
    this.#signal('SIGINT');
  }

  /**
   * Lets go of everything. Afterwards most of its methods throw a RangeError.
   *
   * @throws {RangeError} If it is running.
   */
  close(): void {
    if (this.#closed) return;
    if (this.isAlive()) throw new RangeError(`Cannot close ${this.#name} while it runs: terminate it or join it first`);
    this.#closed = true;
    this.#child = undefined;
    this.#target = undefined;
    this.#args = [];
  }

  /** Waits until it has ended, and closes it. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    if (this.#child !== undefined) await this.join();
    this.close();
  }

  [inspect.custom](): string {
    if (this.#closed) return `${this.constructor.name} { '${this.#name}', closed }`;
    const facts = [`'${this.#name}'`];
    if (this.#child === undefined) facts.push(`parent ${this.#parent}`, 'initial');
    else facts.push(`pid ${this.#child.pid}`, `parent ${this.#parent}`, this.isAlive() ? 'started' : 'stopped');
    if (this.#ending?.exitcode !== undefined) facts.push(nameOfExitcode(this.#ending.exitcode));
    if (this.#daemon) facts.push('daemon');
    return `${this.constructor.name} { ${facts.join(', ')} }`;
  }

  get #isSelf(): boolean {
    return this.#child?.pid === process.pid;
  }

  get #parent(): number {
    return this.#isSelf ? process.ppid : process.pid;
  }

  #end(): void {
    this.#args = [];
    this.#unguard?.();
    removeChild(this);
    publishProcess('end', this.#name, this.#child?.pid ?? 0, this.#ending?.exitcode);
  }

  #signal(signal: NodeJS.Signals): void {
    this.#checkOpen();
    if (this.#child === undefined)
      throw new InvalidStateError(`Cannot send ${signal} to ${this.#name}: it was not started`);
    if (this.#ending?.wasAlive) this.#child.handle.kill(signal);
  }

  #checkOpen(): void {
    if (this.#closed) throw new RangeError(`Cannot use ${this.#name}: it is closed`);
  }

  #checkJoinable(): Ending {
    this.#checkOpen();
    if (this.#ending === undefined) throw new InvalidStateError(`Cannot join ${this.#name}: it was not started`);
    if (this.#isSelf) throw new InvalidStateError(`Cannot join ${this.#name}: it is the current process`);
    return this.#ending;
  }
}
