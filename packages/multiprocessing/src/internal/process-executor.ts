import { inspect } from 'node:util';
import type { AnyIterable, Future, MapOptions, TaskOptions } from '@weft/core';
import { checkArguments, checkCount, checkOptions } from '@weft/core/lowlevel';
import { PoolExecutor, type Scheduler } from '@weft/core/scheduler';
import { Chunk } from './pool-chunk.ts';
import { checkItems, isAsync } from './pool-items.ts';

/** An executor of processes, or a view on one: it hands the items of a map over in chunks. */
export class ProcessExecutor extends PoolExecutor {
  readonly #scheduler: Scheduler;
  readonly #options: TaskOptions;
  /** What a view keeps reachable: when nobody can reach the executor itself any more, it is shut down. */
  readonly #owner: ProcessExecutor;

  constructor(scheduler: Scheduler, options: TaskOptions = {}, owner?: ProcessExecutor) {
    super(scheduler, options, owner);
    this.#scheduler = scheduler;
    this.#options = options;
    this.#owner = owner ?? this;
  }

  override map<T, R>(
    target: (item: T) => R,
    items: AnyIterable<T>,
    options: MapOptions = {},
  ): AsyncIterableIterator<Awaited<R>> {
    checkItems(items, true);
    checkOptions('map', options);
    const size = checkCount('chunksize', options.chunksize ?? 1);
    if (size === 1) return super.map(target, items, options);
    return new Flattened(
      this.#inChunks(false).map(target as never, batches(items, size), options) as AsyncIterableIterator<Awaited<R>[]>,
    );
  }

  override starmap<A extends unknown[], R>(
    target: (...args: A) => R,
    items: AnyIterable<A>,
    options: MapOptions = {},
  ): AsyncIterableIterator<Awaited<R>> {
    checkItems(items, true);
    checkOptions('map', options);
    const size = checkCount('chunksize', options.chunksize ?? 1);
    if (size === 1) return super.starmap(target, items, options);
    return new Flattened(
      this.#inChunks(true).map(target as never, batches(items, size), options) as AsyncIterableIterator<Awaited<R>[]>,
    );
  }

  override with(options: TaskOptions): ProcessExecutor {
    // Checks them.
    super.with(options);
    return new ProcessExecutor(this.#scheduler, { ...this.#options, ...options }, this.#owner);
  }

  #inChunks(spread: boolean): PoolExecutor {
    return new ChunkExecutor(this.#scheduler, this.#options, this.#owner, spread);
  }
}

/** Has each call go through a list of items. */
class ChunkExecutor extends PoolExecutor {
  readonly #spread: boolean;
  /** How many items were handed over: there is one of these for each map. */
  #taken = 0;

  constructor(scheduler: Scheduler, options: TaskOptions, owner: ProcessExecutor, spread: boolean) {
    super(scheduler, options, owner);
    this.#spread = spread;
  }

  override submit<A extends unknown[], R>(target: (...args: A) => R, ...[items]: A): Future<Awaited<R>> {
    if (this.#spread) for (const args of items as unknown[][]) checkArguments(args);
    const chunk = new Chunk(items as unknown[], this.#spread, this.#taken);
    const future: Future<Awaited<R>> = super.submit(target as never, chunk as never);
    // Not before: what is refused, as by a full queue, comes again.
    this.#taken += chunk.items.length;
    return future;
  }
}

function batches<T>(items: AnyIterable<T>, size: number): AnyIterable<T[]> {
  return isAsync(items) ? batchesLater(items, size) : batchesNow(items, size);
}

function* batchesNow<T>(items: Iterable<T>, size: number): Generator<T[]> {
  let batch: T[] = [];
  for (const item of items) {
    if (batch.push(item) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function* batchesLater<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = [];
  for await (const item of items) {
    if (batch.push(item) < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

/** Gives the results of chunks one by one. */
class Flattened<R> implements AsyncIterableIterator<R> {
  readonly #parts: AsyncIterableIterator<R[]>;
  readonly #results: AsyncGenerator<R>;

  constructor(parts: AsyncIterableIterator<R[]>) {
    this.#parts = parts;
    this.#results = flatten(parts);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<R>> {
    return this.#results.next();
  }

  [inspect.custom](): string {
    return `Flattened { ${inspect(this.#parts)} }`;
  }

  // The generator leaves the chunks only if it has begun, and not before the result that it waits for is there.
  async return(): Promise<IteratorResult<R>> {
    await this.#parts.return?.();
    return this.#results.return(undefined);
  }
}

async function* flatten<R>(parts: AsyncIterableIterator<R[]>): AsyncGenerator<R> {
  for await (const part of parts) yield* part;
}
