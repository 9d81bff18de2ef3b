import { inspect } from 'node:util';
import { task } from '@weft/core';
import { Semaphore } from './semaphore.ts';

// The word beside the permits' own: how many there may be.
const BOUND = 1;

/**
 * A semaphore that refuses to have more permits than at first: one released too often is a mistake it tells of.
 *
 * @see https://docs.python.org/3/library/threading.html#threading.BoundedSemaphore
 * @example
 * const connections = new BoundedSemaphore(5);
 * using permit = await connections.acquire();
 */
export class BoundedSemaphore extends Semaphore {
  static {
    task(import.meta, this);
  }

  /** @internal */
  protected override start(value: number): void {
    super.start(value);
    if (this.isFresh) this.words[BOUND] = value;
  }

  /** @internal */
  protected override bound(): number {
    return this.words[BOUND] as number;
  }

  override [inspect.custom](): string {
    return `${this.constructor.name} { ${this.value}/${this.bound()} }`;
  }
}
