import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { inspect } from 'node:util';
import { InvalidStateError, type Target } from '@weft/core';
import { type TargetReference, checkOptions, describeClass, describeTarget, outsideTasks } from '@weft/core/lowlevel';
import type { Barrier } from './barrier.ts';
import type { BoundedSemaphore } from './bounded-semaphore.ts';
import type { Condition } from './condition.ts';
import { MANAGER_ENTRY } from './entries.ts';
import type { Event } from './event.ts';
import { type Address, keyBytes } from './internal/address.ts';
import { ownAuthkey } from './internal/authkey.ts';
import { toExitcode } from './internal/exit-status.ts';
import { FrameReader, frameHead } from './internal/frame-reader.ts';
import { guard } from './internal/guardian.ts';
import type { ManagedDict } from './internal/managed/dict.ts';
import type { ManagedList } from './internal/managed/list.ts';
import type { ManagedNamespace } from './internal/managed/namespace.ts';
import type { ManagedRLock } from './internal/managed/rlock.ts';
import type { ManagedSet } from './internal/managed/set.ts';
import type { ManagedArray, ManagedValue } from './internal/managed/value.ts';
import type { Preparation } from './internal/manager-protocol.ts';
import { checkIsNotImporting } from './internal/may-have-children.ts';
import { newSocket } from './internal/own-socket.ts';
import { RemoteCalls, opened } from './internal/remote-calls.ts';
import { inheritedFlags, nodePath, whyNot } from './internal/spawn.ts';
import type { Typecode } from './internal/typecodes.ts';
import { decode, encode } from './internal/value-codec.ts';
import type { JoinableQueue } from './joinable-queue.ts';
import type { Lock } from './lock.ts';
import { Proxy, type Remote, forgetServer, rememberServer } from './proxy.ts';
import type { Semaphore } from './semaphore.ts';

/** How a manager is made. */
export interface ManagerOptions {
  /** Where its server listens, or is found by {@link Manager.connect}; a new Unix socket if left out. */
  address?: Address | undefined;
  /** The key that clients must know; this process's own, which its children inherit, if left out. */
  authkey?: Uint8Array | string | undefined;
}

const PARENT_FD = 3;
/** How long a server that was told to end may take, in milliseconds. */
const PATIENCE = 1000;

/**
 * Keeps objects in a server process, for any process that knows its address and key.
 *
 * The server starts with the first object, or by {@link start}, and ends with the manager or this process.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#managers
 * @example
 * await using manager = new Manager();
 * const scores = await manager.dict<string, number>();
 * await scores.set('ada', 1);
 */
export class Manager implements AsyncDisposable {
  readonly #options: ManagerOptions;
  readonly #key: Uint8Array;
  #child: ChildProcess | undefined;
  #calls: Promise<RemoteCalls> | undefined;
  #ended = false;
  #ending: Promise<void> | undefined;

  constructor(options: ManagerOptions = {}) {
    checkOptions('make a manager', options);
    this.#options = options;
    this.#key = keyBytes(options.authkey) ?? ownAuthkey();
  }

  /**
   * Starts the server.
   *
   * @param initializer An exported function that the server runs first.
   * @throws {InvalidStateError} If it was started, connected or shut down before, or a child or server only imports this
   *   module.
   * @throws {Error} If it cannot listen at the address, or the initializer throws.
   */
  async start<A extends unknown[]>(initializer?: Target<A>, initargs?: A): Promise<void> {
    if (this.#calls || this.#ended) throw new InvalidStateError('Cannot start a manager twice');
    checkIsNotImporting();
    if (initializer !== undefined && typeof initializer !== 'function')
      throw new TypeError('Cannot start a manager: its initializer must be a function');
    const preparation: Omit<Preparation, 'address'> = {
      authkey: Buffer.from(this.#key).toString('base64'),
      initializer: initializer && describeTarget(initializer),
      initargs: encode(initargs ?? [], 'initargs').toString('base64'),
    };
    this.#calls = outsideTasks(() => this.#launch(preparation));
    await opened(this.#calls);
  }

  /**
   * Uses a server that another process started, at the address of the options. If that fails, it may be tried again.
   *
   * @throws {EndOfStreamError} If there is none.
   * @throws {AuthenticationError} If the two do not share the key.
   */
  async connect(): Promise<void> {
    if (this.#calls || this.#ended) throw new InvalidStateError('Cannot connect a manager twice');
    if (this.#options.address === undefined) throw new TypeError('Cannot connect a manager without an address');
    this.#calls = RemoteCalls.connect(this.#options.address, this.#key);
    try {
      rememberServer(await this.#calls);
    } catch (error) {
      this.#calls = undefined;
      throw error;
    }
  }

  /** Where the server listens; known once it was started. */
  async address(): Promise<Address> {
    return (await this.#server()).address;
  }

  /** The exit code of the server that was started here, as a process's. */
  get exitcode(): number | undefined {
    const { exitCode = null, signalCode = null } = this.#child ?? {};
    return exitCode === null && signalCode === null ? undefined : toExitcode(exitCode, signalCode);
  }

  /** The process id of the server that was started here. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /**
   * Makes an object of an exported class in the server; the server imports its module.
   *
   * Its methods are called through the proxy, but for those whose name begins with an underscore.
   *
   * @param options With `exposed`, exactly these methods can be called.
   * @throws {TypeError} If it is no class, or its arguments or what is exposed are no array.
   */
  async create<A extends unknown[], T extends object>(
    type: new (...args: A) => T,
    args: A,
    options: { exposed?: readonly (keyof T & string)[] } = {},
  ): Promise<Remote<T>> {
    if (typeof type !== 'function')
      throw new TypeError(`Cannot make an object of ${inspect(type, { depth: 0 })}: it must be an exported class`);
    if (!Array.isArray(args))
      throw new TypeError(`Cannot make a ${type.name} with args = ${inspect(args, { depth: 0 })}: it must be an array`);
    checkOptions(`make a ${type.name}`, options);
    const { exposed } = options;
    if (exposed !== undefined && !(Array.isArray(exposed) && exposed.every((name) => typeof name === 'string')))
      throw new TypeError(`Cannot make a ${type.name} with exposed = ${inspect(exposed)}: it must be names of methods`);
    return this.#make(describeClass(type), type.name, args, exposed);
  }

  dict<K = unknown, V = unknown>(
    init?: Iterable<readonly [K, V]> | Record<string, V>,
  ): Promise<Remote<ManagedDict<K, V>>> {
    return this.#makeOwn('dict', [init]);
  }

  list<T = unknown>(init?: Iterable<T>): Promise<Remote<ManagedList<T>>> {
    return this.#makeOwn('list', [init]);
  }

  set<T = unknown>(init?: Iterable<T>): Promise<Remote<ManagedSet<T>>> {
    return this.#makeOwn('set', [init]);
  }

  Namespace(init?: Record<string, unknown>): Promise<Remote<ManagedNamespace>> {
    return this.#makeOwn('Namespace', [init]);
  }

  Value(typecode: Typecode, init?: number | bigint): Promise<Remote<ManagedValue>> {
    return this.#makeOwn('Value', [typecode, init]);
  }

  Array(typecode: Typecode, sizeOrInit: number | Iterable<number | bigint>): Promise<Remote<ManagedArray>> {
    return this.#makeOwn('Array', [typecode, sizeOrInit]);
  }

  Queue<T = unknown>(maxsize?: number): Promise<Remote<JoinableQueue<T>>> {
    return this.#makeOwn('Queue', [maxsize]);
  }

  JoinableQueue<T = unknown>(maxsize?: number): Promise<Remote<JoinableQueue<T>>> {
    return this.Queue(maxsize);
  }

  Lock(): Promise<Remote<Lock>> {
    return this.#makeOwn('Lock', []);
  }

  /** Its owners are processes: each connected one is one owner. */
  RLock(): Promise<Remote<ManagedRLock>> {
    return this.#makeOwn('RLock', []);
  }

  Semaphore(value?: number): Promise<Remote<Semaphore>> {
    return this.#makeOwn('Semaphore', [value]);
  }

  BoundedSemaphore(value?: number): Promise<Remote<BoundedSemaphore>> {
    return this.#makeOwn('BoundedSemaphore', [value]);
  }

  Event(): Promise<Remote<Event>> {
    return this.#makeOwn('Event', []);
  }

  /** Its lock is a plain `Lock`. */
  Condition(): Promise<Remote<Condition>> {
    return this.#makeOwn('Condition', []);
  }

  Barrier(parties: number): Promise<Remote<Barrier>> {
    return this.#makeOwn('Barrier', [parties]);
  }

  /** How many objects the server keeps. */
  async numberOfObjects(): Promise<number> {
    const reply = await (await this.#server()).ask({ kind: 'count' });
    return decode((reply as { value: Uint8Array }).value) as number;
  }

  /** Ends the server that was started here, with all its objects; a connected manager only leaves. */
  async shutdown(): Promise<void> {
    this.#ended = true;
    await (this.#ending ??= this.#shutDown());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  [inspect.custom](): string {
    const state = this.#ended
      ? 'shut down'
      : this.#child
        ? `server ${this.#child.pid}`
        : this.#calls
          ? 'connected'
          : 'not started';
    return `Manager { ${state} }`;
  }

  async #shutDown(): Promise<void> {
    const calls = await this.#calls?.catch(() => undefined);
    if (calls) forgetServer(calls);
    const child = this.#child;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const gone = once(child, 'exit');
      child.ref();
      const timer = setTimeout(() => child.kill(), PATIENCE);
      (child.stdio[PARENT_FD] as Socket).end(frameHead(0));
      await gone;
      clearTimeout(timer);
    }
    calls?.close();
  }

  #makeOwn<T>(type: string, args: unknown[]): Promise<Remote<T>> {
    const used = args.slice(0, args.findLastIndex((arg) => arg !== undefined) + 1);
    return this.#make(type, type, used, undefined);
  }

  async #make<T>(
    type: string | TargetReference,
    label: string,
    args: unknown[],
    exposed: readonly string[] | undefined,
  ): Promise<Remote<T>> {
    const calls = await this.#server();
    const reply = await calls.ask({ kind: 'create', type, args: encode(args, 'args'), exposed });
    const { object } = reply as { object: number };
    const state = { address: calls.address, object, type: label, isOwn: typeof type === 'string' };
    return new Proxy(state, Promise.resolve(calls)) as Remote<T>;
  }

  async #server(): Promise<RemoteCalls> {
    if (this.#ended) throw new InvalidStateError('Cannot use a manager that was shut down');
    if (this.#calls === undefined) await this.start();
    return opened(this.#calls as Promise<RemoteCalls>);
  }

  async #launch(preparation: Omit<Preparation, 'address'>): Promise<RemoteCalls> {
    const child = spawn(nodePath(), [...inheritedFlags(), MANAGER_ENTRY], {
      stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
    });
    if (child.pid === undefined) {
      child.on('error', () => {});
      this.#ended = true;
      throw new Error(`Cannot start a manager: ${whyNot()}`);
    }
    this.#child = child;
    child.unref();
    child.once('exit', guard(child.pid, true));
    // One that is killed cannot remove its socket.
    const own = this.#options.address === undefined ? newSocket() : undefined;
    child.once('exit', () => own?.remove());
    const link = child.stdio[PARENT_FD] as Socket;
    const address = this.#options.address ?? own?.path;
    const bytes = Buffer.from(JSON.stringify({ ...preparation, address } satisfies Preparation));
    link.write(Buffer.concat([frameHead(bytes.length), bytes]));
    const answer = await answerOf(link);
    link.unref();
    if (answer.address === undefined) {
      this.#ended = true;
      child.kill();
      throw new Error(`Cannot start a manager: ${answer.error ?? 'its server ended'}`);
    }
    const calls = await RemoteCalls.connect(answer.address, this.#key);
    rememberServer(calls);
    return calls;
  }
}

function answerOf(link: Socket): Promise<{ address?: Address; error?: string }> {
  return new Promise((resolve) => {
    const reader = new FrameReader();
    link.on('data', (chunk) => {
      reader.push(chunk);
      const message = reader.next();
      if (message) resolve(JSON.parse(message.toString()) as { address?: Address; error?: string });
    });
    link.on('error', () => resolve({}));
    link.on('close', () => resolve({}));
  });
}
