import { createTask, type Task } from '@weft/async';
import { CancelledError } from '@weft/core';
import { Deque } from '@weft/core/lowlevel';
import { Bell } from './bell.ts';
import type { StageMeter } from './stage-meter.ts';

/** What became of one call. */
export type Outcome<R> = { ok: true; value: R } | { ok: false; error: unknown };

/** Makes the calls for a chunk of items, and tells what became of each. If it rejects, all of them have failed. */
export type Work<T, R> = (items: T[], signal: AbortSignal) => Promise<Outcome<R>[]>;

/** What a stage does with an item whose call failed for good. */
export type ErrorPolicy = 'throw' | 'skip' | 'settle';

/** How a stage works. */
export interface StageSettings {
  /** How many chunks are worked on at once. */
  concurrency: number;
  /** How many items make a chunk. */
  chunksize: number;
  /** How many chunks may be under way or wait to be taken. */
  buffersize: number;
  ordered: boolean;
  /** How often a failed call is made again. */
  retries: number;
  onError: ErrorPolicy;
}

interface Chunk<T, R> {
  items: T[];
  outcomes: Outcome<R>[] | undefined;
}

/**
 * One stage of a pipeline: takes items from the stage before, keeps calls under way, and gives their results.
 *
 * It takes no more than its buffer holds, so that a slow stage after it holds back the ones before it.
 */
export class Stage<T, R> implements AsyncIterator<unknown> {
  readonly #source: AsyncIterator<T>;
  readonly #work: Work<T, R>;
  readonly #settings: StageSettings;
  readonly #meter: StageMeter;
  readonly #controller = new AbortController();
  readonly #calls = new Set<Task<Outcome<R>[]>>();
  /** Under way or finished, in the order in which they are to be given. */
  readonly #chunks = new Deque<Chunk<T, R>>();
  readonly #ready = new Deque<unknown>();
  readonly #room = new Bell();
  readonly #results = new Bell();
  #held = 0;
  #exhausted = false;
  /** Thrown as soon as it is known, or once everything before it was given. */
  #failure: { error: unknown } | undefined;
  #sourceFailure: { error: unknown } | undefined;
  #pump: Task<void> | undefined;
  #stopping: Promise<void> | undefined;
  /** The last result that was asked for: the next one is looked for after it, as in a generator. */
  #asked: Promise<unknown> = Promise.resolve();

  constructor(source: AsyncIterator<T>, work: Work<T, R>, settings: StageSettings, meter: StageMeter) {
    this.#source = source;
    this.#work = work;
    this.#settings = settings;
    this.#meter = meter;
  }

  next(): Promise<IteratorResult<unknown>> {
    const step = this.#asked.then(() => this.#step());
    this.#asked = step.catch(() => undefined);
    return step;
  }

  async #step(): Promise<IteratorResult<unknown>> {
    if (this.#stopping !== undefined) return { done: true, value: await this.#stopping };
    this.#pump ??= createTask(() => this.#fill(), { name: `pipeline stage ${this.#meter.name}` });
    try {
      return await this.#next();
    } catch (error) {
      await this.#stop().catch(() => undefined);
      throw error;
    }
  }

  /** Stops the stage with an error, which whoever waits for the next result gets. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#results.ring();
  }

  async return(): Promise<IteratorResult<unknown>> {
    await this.#stop();
    return { done: true, value: undefined };
  }

  async #next(): Promise<IteratorResult<unknown>> {
    for (;;) {
      if (this.#ready.size > 0) {
        this.#meter.given += 1;
        return { done: false, value: this.#ready.popFront() };
      }
      if (this.#collect()) continue;
      this.#meter.mark('blocked', false);
      if (this.#failure !== undefined) throw this.#failure.error;
      if (this.#exhausted && this.#held === 0) {
        if (this.#sourceFailure !== undefined) throw this.#sourceFailure.error;
        return { done: true, value: await this.#stop() };
      }
      await this.#results.wait();
      // Whoever leaves while a result is awaited ends that wait too.
      if (this.#stopping !== undefined) return { done: true, value: undefined };
    }
  }

  // Moves the outcomes of the next finished chunk to where they are given from. It answers whether there was one.
  #collect(): boolean {
    const chunk = this.#chunks.peekFront();
    if (chunk?.outcomes === undefined) return false;
    this.#chunks.popFront();
    this.#held -= 1;
    this.#room.ring();
    const { items, outcomes } = chunk;
    for (let at = 0; at < outcomes.length && this.#failure === undefined; at += 1)
      this.#give(outcomes[at] as Outcome<R>, items[at] as T);
    return true;
  }

  #give(outcome: Outcome<R>, item: T): void {
    const { onError } = this.#settings;
    if (outcome.ok)
      this.#ready.pushBack(onError === 'settle' ? { status: 'fulfilled', value: outcome.value } : outcome.value);
    else if (onError === 'settle') this.#ready.pushBack({ status: 'rejected', reason: outcome.error, item });
    else if (onError === 'skip') this.#meter.skipped += 1;
    else this.#failure ??= { error: outcome.error };
  }

  async #fill(): Promise<void> {
    try {
      for (;;) {
        while (this.#held >= this.#settings.buffersize || this.#calls.size >= this.#settings.concurrency) {
          this.#meter.mark('blocked', this.#calls.size < this.#settings.concurrency);
          await this.#room.wait();
        }
        const items = await this.#takeChunk();
        // Whoever stops the stage waits for the calls that there are, and for no more.
        if (this.#stopping !== undefined) return;
        if (items.length > 0) this.#start(items);
        if (this.#exhausted) break;
      }
    } catch (error) {
      this.#sourceFailure = { error };
    }
    this.#exhausted = true;
    this.#results.ring();
  }

  async #takeChunk(): Promise<T[]> {
    const items: T[] = [];
    this.#meter.mark('starved', true);
    while (items.length < this.#settings.chunksize) {
      const step = await this.#source.next();
      if (step.done === true) {
        this.#exhausted = true;
        break;
      }
      this.#meter.taken += 1;
      items.push(step.value);
    }
    this.#meter.mark('starved', false);
    return items;
  }

  #start(items: T[]): void {
    const chunk: Chunk<T, R> = { items, outcomes: undefined };
    this.#held += 1;
    this.#meter.run(1);
    if (this.#settings.ordered) this.#chunks.pushBack(chunk);
    const call = createTask(() => this.#callWithRetries(items), { name: `${this.#meter.name}[${this.#meter.taken}]` });
    this.#calls.add(call);
    call.addDoneCallback(() => {
      this.#calls.delete(call);
      this.#meter.run(-1);
      if (!call.cancelled()) this.#finish(chunk, call.result());
      this.#room.ring();
      this.#results.ring();
    });
  }

  #finish(chunk: Chunk<T, R>, outcomes: Outcome<R>[]): void {
    chunk.outcomes = outcomes;
    this.#meter.failed += outcomes.filter(({ ok }) => !ok).length;
    if (!this.#settings.ordered) this.#chunks.pushBack(chunk);
  }

  async #callWithRetries(items: T[]): Promise<Outcome<R>[]> {
    const outcomes = await this.#call(items);
    for (let attempt = 0; attempt < this.#settings.retries; attempt += 1) {
      const failed = [...outcomes.keys()].filter((at) => !outcomes[at]?.ok);
      if (failed.length === 0) break;
      this.#meter.retried += failed.length;
      const again = await this.#call(failed.map((at) => items[at] as T));
      failed.forEach((at, n) => {
        outcomes[at] = again[n] as Outcome<R>;
      });
    }
    return outcomes;
  }

  async #call(items: T[]): Promise<Outcome<R>[]> {
    const outcomes = await this.#outcomesOf(items);
    // What a stopped call says of itself does not count: it was stopped.
    if (this.#controller.signal.aborted) throw new CancelledError('The pipeline was stopped');
    return outcomes;
  }

  // A worker that dies takes its whole chunk along: then every item of it has failed.
  async #outcomesOf(items: T[]): Promise<Outcome<R>[]> {
    try {
      return await this.#work(items, this.#controller.signal);
    } catch (error) {
      return items.map(() => ({ ok: false, error }));
    }
  }

  #stop(): Promise<void> {
    this.#stopping ??= this.#end();
    return this.#stopping;
  }

  // Ends what is under way and waits for it, so that nothing of this stage runs when the pipeline is over.
  async #end(): Promise<void> {
    const early = !this.#exhausted;
    this.#results.ring();
    this.#controller.abort(new CancelledError('The pipeline was stopped'));
    this.#pump?.cancel();
    for (const call of this.#calls) call.cancel();
    const pending: PromiseLike<unknown>[] = [...this.#calls];
    if (this.#pump !== undefined) pending.push(this.#pump);
    await Promise.allSettled(pending);
    this.#meter.end(this.#settings.onError);
    if (early) await this.#source.return?.();
  }
}
