import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';
import type { CreateExecutorOptions } from '../../src/executor.ts';
import * as tasks from '../../src/tasks.ts';
import { coded } from './errors.ts';
import { TaskFuture } from './task-future.ts';

type Packed = { name?: string; message?: string; stack?: string; fields?: object; cause?: Packed; thrown?: unknown };
type TaskOptions = { signal?: AbortSignal; priority?: number; timeout?: number };
type Slot = { worker: Worker; job: Job | undefined; ready: boolean };
type Job = { name: string; args: unknown[]; future: TaskFuture<never>; options: TaskOptions };
type Target = (...args: never[]) => unknown;

/** An executor on threads that knows the suite's tasks only. */
export class ReferenceExecutor {
  protected readonly slots: Slot[] = [];
  protected readonly queue: Job[] = [];
  readonly #options: CreateExecutorOptions;
  #down = false;
  #broken = false;
  #done = 0;
  #failed = 0;
  #idle = Promise.withResolvers<void>();

  constructor(options: CreateExecutorOptions = {}) {
    const { maxWorkers = 2, initializer } = options;
    if (typeof maxWorkers !== 'number' || !(maxWorkers > 0)) throw new RangeError(`Cannot have ${maxWorkers} workers`);
    if (!Number.isInteger(maxWorkers)) throw new TypeError(`Cannot have ${maxWorkers} workers`);
    if (initializer !== undefined && typeof initializer !== 'function')
      throw new TypeError('Cannot initialise with that');
    this.#options = { ...options, maxWorkers };
  }

  submit(run: Target, ...args: unknown[]): TaskFuture<never> {
    return this.#submit({}, run, args);
  }

  with(options: TaskOptions): this {
    return Object.assign(Object.create(this), {
      submit: (run: Target, ...args: unknown[]) => this.#submit(options, run, args),
    }) as this;
  }

  map(
    run: Target,
    items: Iterable<unknown> | AsyncIterable<unknown>,
    options: { timeout?: number; chunksize?: number; buffersize?: number } = {},
  ): AsyncIterableIterator<never> {
    return this.starmap(run, wrapped(items), options);
  }

  starmap(
    run: Target,
    items: Iterable<unknown[]> | AsyncIterable<unknown[]>,
    options: { timeout?: number; chunksize?: number; buffersize?: number } = {},
  ): AsyncIterableIterator<never> {
    const { timeout = Infinity, chunksize = 1, buffersize = Infinity } = options;
    for (const count of [chunksize, buffersize]) {
      if (count !== Infinity && !Number.isInteger(count)) throw new TypeError(`Cannot use ${count}`);
      if (count < 1) throw new RangeError(`Cannot use ${count}`);
    }
    if (!(timeout >= 0)) throw new RangeError(`Cannot wait for ${timeout} ms`);
    const end = performance.now() + timeout;
    const pending: TaskFuture<never>[] = [];
    const sync = (items as Iterable<unknown[]>)[Symbol.iterator]?.();
    const source = sync ?? (items as AsyncIterable<unknown[]>)[Symbol.asyncIterator]();
    const fill = (): void => {
      while (sync && pending.length < buffersize) {
        const { done, value } = sync.next();
        if (done) return;
        pending.push(this.submit(run, ...value));
      }
    };
    fill();
    const stop = (): void => {
      for (const future of pending) future.cancel();
      void source.return?.();
    };
    const results = async function* (executor: ReferenceExecutor): AsyncGenerator<never> {
      try {
        for (;;) {
          fill();
          if (!sync) {
            const { done, value } = await (source as unknown as AsyncIterator<unknown[]>).next();
            if (!done) pending.push(executor.submit(run, ...value));
          }
          const next = pending[0];
          if (!next) return;
          const value = await next.result(end === Infinity ? {} : { timeout: Math.max(0, end - performance.now()) });
          pending.shift();
          fill();
          yield value;
        }
      } finally {
        stop();
      }
    };
    const iterator = results(this);
    const leave = iterator.return.bind(iterator);
    iterator.return = (value: never) => {
      stop();
      return leave(value);
    };
    return iterator;
  }

  stats(): { workers: number; busy: number; queued: number; done: number; failed: number } {
    const busy = this.slots.filter((slot) => slot.job).length;
    return { workers: this.slots.length, busy, queued: this.queue.length, done: this.#done, failed: this.#failed };
  }

  async shutdown({ wait = true, cancelFutures = false } = {}): Promise<void> {
    this.#down = true;
    if (cancelFutures) for (const { future } of this.queue.slice()) future.cancel();
    this.#dispatch();
    if (wait) await this.#idle.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shutdown();
  }

  [inspect.custom](): string {
    return `ReferenceExecutor { ${this.slots.length} workers }`;
  }

  #submit(options: TaskOptions, run: Target, args: unknown[]): TaskFuture<never> {
    if (typeof run !== 'function') throw new TypeError('Cannot run that');
    const name = Object.entries(tasks).find(([, task]) => task === (run as unknown))?.[0];
    if (name === undefined) throw coded('TargetError');
    if (this.#broken) throw coded('BrokenThreadPoolError');
    if (this.#down) throw coded('InvalidStateError');
    if (
      JSON.stringify(args, (_key, value: unknown) =>
        typeof value === 'function' ? 'a function' : typeof value === 'bigint' || ArrayBuffer.isView(value) ? 0 : value,
      ).includes('"a function"')
    ) {
      throw coded('TransferError', 'Cannot send args[0].handlers.onDone: it is a function');
    }
    if (args.some((arg) => typeof arg === 'symbol')) throw coded('TransferError');
    const job: Job = { name, args, options, future: new TaskFuture(() => this.withdraw(job)) };
    options.signal?.addEventListener('abort', () => {
      if (this.queue.includes(job)) job.future.cancel();
      else this.#end(job, options.signal?.reason);
    });
    const { priority = 0 } = options;
    const before = this.queue.findIndex((other) => (other.options.priority ?? 0) < priority);
    this.queue.splice(before < 0 ? this.queue.length : before, 0, job);
    this.#dispatch();
    return job.future;
  }

  protected withdraw(job: Job): boolean {
    const at = this.queue.indexOf(job);
    if (at >= 0) this.queue.splice(at, 1);
    return at >= 0;
  }

  #end(job: Job, error: unknown): void {
    const slot = this.slots.find((one) => one.job === job);
    if (!slot) return;
    slot.job = undefined;
    this.slots.splice(this.slots.indexOf(slot), 1);
    void slot.worker.terminate();
    this.#failed += 1;
    job.future.setException(error);
    this.#dispatch();
  }

  #dispatch(): void {
    while (this.queue.length > 0 && !this.#broken) {
      let slot = this.slots.find((one) => one.ready && !one.job);
      if (!slot && this.slots.length < (this.#options.maxWorkers ?? 1)) slot = this.#start();
      if (!slot?.ready) break;
      const job = this.queue.shift() as Job;
      slot.job = job;
      job.future.setRunningOrNotifyCancel();
      slot.worker.postMessage({ name: job.name, args: job.args });
      if (job.options.timeout !== undefined)
        setTimeout(() => this.#end(job, coded('TimeoutError')), job.options.timeout);
    }
    if (this.#down && this.queue.length === 0 && this.slots.every((slot) => !slot.job)) {
      void Promise.all(this.slots.splice(0).map((slot) => slot.worker.terminate())).then(() => this.#idle.resolve());
    }
  }

  #start(): Slot {
    const initializer = Object.entries(tasks).find(([, task]) => task === (this.#options.initializer as unknown))?.[0];
    const workerData = { initializer, initargs: this.#options.initargs ?? [] };
    const slot: Slot = {
      worker: new Worker(new URL('../fixtures/executor-worker.mjs', import.meta.url), { workerData }),
      job: undefined,
      ready: !initializer,
    };
    this.slots.push(slot);
    slot.worker.on('message', (message: { value?: never; error?: Packed }) => {
      const { job } = slot;
      slot.job = undefined;
      if (!slot.ready && message.error) return this.#breakDown();
      slot.ready = true;
      if (job && message.error) {
        this.#failed += 1;
        job.future.setException(unpacked(message.error));
      } else if (job) {
        this.#done += 1;
        job.future.setResult(message.value as never);
      }
      this.#dispatch();
    });
    slot.worker.on('error', () => {});
    slot.worker.on('exit', () => {
      if (this.slots.includes(slot) && slot.job) this.#breakDown();
    });
    return slot;
  }

  #breakDown(): void {
    this.#broken = true;
    for (const job of [...this.slots.flatMap((slot) => slot.job ?? []), ...this.queue.splice(0)])
      job.future.setException(coded('BrokenThreadPoolError'));
    for (const slot of this.slots) slot.job = undefined;
    this.#dispatch();
  }
}

function unpacked(error: Packed): unknown {
  if (!('name' in error)) return error.thrown;
  const types: Record<string, ErrorConstructor> = { TypeError, RangeError };
  const Type = types[error.name ?? ''];
  const made = Type ? new Type(error.message) : coded(error.name ?? 'Error', error.message);
  if (error.stack) made.stack = error.stack;
  if (error.cause) made.cause = unpacked(error.cause);
  return Object.assign(made, error.fields);
}

function wrapped(items: Iterable<unknown> | AsyncIterable<unknown>): Iterable<unknown[]> | AsyncIterable<unknown[]> {
  const plain = items as Iterable<unknown>;
  if (Symbol.asyncIterator in (items as object)) {
    return (async function* () {
      for await (const item of items) yield [item];
    })();
  }
  if (typeof plain[Symbol.iterator] !== 'function') throw new TypeError('Cannot map over that');
  return (function* () {
    for (const item of plain) yield [item];
  })();
}
