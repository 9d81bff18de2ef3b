const services = new Set<() => boolean>();

/**
 * Has something done now and then while this thread blocks, as its event loop would do it.
 *
 * @param serve Does it, and says whether there was anything to do.
 * @returns Ends that.
 */
export function serveMeanwhile(serve: () => boolean): () => void {
  services.add(serve);
  return () => services.delete(serve);
}

/** What a thread does while it blocks, which sleeps for short at first, and after it had something to do. */
export class Meanwhile {
  readonly #most: number;
  /** How long to sleep next, in milliseconds. */
  slice: number;

  /** @param most How long to sleep at most. */
  constructor(most: number) {
    this.#most = most;
    this.slice = services.size === 0 ? most : 1;
  }

  /** Does what there is to do. */
  serve(): void {
    let any = false;
    for (const service of services) if (service()) any = true;
    this.slice = any ? 1 : Math.min(this.slice * 2, this.#most);
  }
}
