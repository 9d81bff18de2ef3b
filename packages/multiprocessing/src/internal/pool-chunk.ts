/** A part of the items of a map, which one worker goes through at a stretch. It travels as a task's only argument. */
export class Chunk {
  readonly items: unknown[];
  /** Whether each item is a list of arguments. */
  readonly spread: boolean;

  constructor(items: unknown[], spread: boolean) {
    this.items = items;
    this.spread = spread;
  }
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
  for (let at = 0; at < items.length; at += size) yield new Chunk(items.slice(at, at + size), spread);
}
