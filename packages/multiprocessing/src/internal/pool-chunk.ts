import { encodeValue } from './pool-values.ts';

/** A part of the items of a map, which one worker goes through at a stretch. It travels as a task's only argument. */
export class Chunk {
  readonly items: unknown[];
  /** Whether each item is a list of arguments. */
  readonly spread: boolean;
  readonly #start: number;
  #encoded: Buffer | 'numbers' | undefined;

  /** Says whether an argument is a chunk. Unlike `instanceof`, it asks nothing of a Proxy. */
  static is(argument: unknown): argument is Chunk {
    return typeof argument === 'object' && argument !== null && #start in argument;
  }

  /** @param start How many items of the map come before these. */
  constructor(items: unknown[], spread: boolean, start: number) {
    this.items = items;
    this.spread = spread;
    this.#start = start;
  }

  /**
   * Encodes the items, once; but numbers cross as they are.
   *
   * @throws {TransferError} If one of them cannot cross, with its place among all items of the map.
   */
  encode(): Buffer | 'numbers' {
    this.#encoded ??= !this.spread && areNumbers(this.items) ? 'numbers' : this.#encodeAll();
    return this.#encoded;
  }

  #encodeAll(): Buffer {
    try {
      return encodeValue(this.items, 'items');
    } catch (error) {
      for (const [at, item] of this.items.entries()) encodeValue(item, `items[${this.#start + at}]`);
      throw error;
    }
  }
}

// Unlike `every`, this looks at holes too, which are no numbers.
function areNumbers(items: readonly unknown[]): boolean {
  for (let at = 0; at < items.length; at += 1) if (typeof items[at] !== 'number') return false;
  return true;
}

/**
 * Says how many items Python gives to a worker at a time.
 *
 * @see https://docs.python.org/3/library/multiprocessing.html#multiprocessing.pool.Pool.map
 */
export function defaultChunksize(items: number, workers: number): number {
  return Math.max(1, Math.ceil(items / (workers * 4)));
}

/** Cuts a list into chunks; the last one may be shorter. */
export function* chunksOf(items: readonly unknown[], size: number, spread: boolean): Generator<Chunk> {
  for (let at = 0; at < items.length; at += size) yield new Chunk(items.slice(at, at + size), spread, at);
}
