import { inspect } from 'node:util';
import type { AnyIterable } from '@weft/core';
import { Source, checkIterable } from './internal/pipeline/source.ts';
import { asTasks } from './internal/pipeline/technique.ts';
import { StageMeter } from './internal/pipeline/stage-meter.ts';
import { Stage } from './internal/pipeline/stage.ts';

/** The results of a map over an {@link AsyncPool}: an array when it is awaited, and an async iterable. */
export class PoolResult<R> implements PromiseLike<R[]>, AsyncIterable<R> {
  readonly #iterate: () => AsyncIterator<R>;
  readonly #results: R[] = [];
  #collected: Promise<R[]> | undefined;
  #ended = false;

  /** @internal */
  constructor(call: (item: never) => Promise<R>, items: AnyIterable<unknown>, buffersize: number) {
    checkIterable(items, 'map over');
    const settings = {
      concurrency: buffersize,
      buffersize,
      chunksize: 1,
      ordered: true,
      retries: 0,
      onError: 'throw',
    } as const;
    this.#iterate = () => {
      const { work } = asTasks(call as (item: unknown) => Promise<R>);
      return new Stage(
        new Source(items),
        work,
        settings,
        new StageMeter('map', 'async', buffersize),
      ) as unknown as AsyncIterator<R>;
    };
  }

  /** Gives the results as they come, in the order of the items; leaving the loop cancels what is under way. */
  [Symbol.asyncIterator](): AsyncIterator<R> {
    return this.#iterate();
  }

  /** Waits for all results. */
  // oxlint-disable-next-line unicorn/no-thenable -- `await pool.map(…)` gives an array, as in Python
  then<A = R[], B = never>(
    onResults?: ((results: R[]) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#collected ??= this.#collect();
    return this.#collected.then(onResults, onError);
  }

  async #collect(): Promise<R[]> {
    try {
      for await (const result of this) this.#results.push(result);
      return this.#results;
    } finally {
      this.#ended = true;
    }
  }

  [inspect.custom](): string {
    if (this.#collected === undefined) return 'PoolResult { not awaited }';
    return `PoolResult { ${this.#ended ? 'ended' : 'collecting'}, ${this.#results.length} results }`;
  }
}
