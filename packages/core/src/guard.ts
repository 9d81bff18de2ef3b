import { inspect } from 'node:util';

/**
 * What `acquire` gives: holds something until it is disposed of, once.
 *
 * @example
 * using guard = await lock.acquire();
 */
export class Guard implements Disposable {
  #release: (() => void) | undefined;
  /** True when the one who held it before died without releasing it: what it guards may be half changed. */
  readonly abandoned: boolean;

  /**
   * @param release Gives back what is held; called at most once.
   * @param abandoned Whether the holder before died with it.
   */
  constructor(release: () => void, abandoned = false) {
    this.#release = release;
    this.abandoned = abandoned;
  }

  /** Whether it still holds. */
  get held(): boolean {
    return this.#release !== undefined;
  }

  /** Releases what is held. Calling it again does nothing. */
  [Symbol.dispose](): void {
    const release = this.#release;
    this.#release = undefined;
    release?.();
  }

  [inspect.custom](): string {
    return `Guard { ${this.held ? 'held' : 'released'}${this.abandoned ? ', abandoned' : ''} }`;
  }
}
