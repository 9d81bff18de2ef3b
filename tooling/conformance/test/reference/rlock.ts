import { inspect } from 'node:util';
import type { WaitOptions } from '../../src/wait-options.ts';
import { coded } from './errors.ts';
import { guardOf } from './guard.ts';
import { checked } from './line.ts';

/** A reentrant lock of one thread, which is its only owner. */
export class RLock {
  depth = 0;

  async acquire(options: WaitOptions = {}): Promise<Disposable> {
    checked(options);
    return this.tryAcquire();
  }

  tryAcquire(): Disposable {
    this.depth += 1;
    return guardOf(() => this.release());
  }

  release(): void {
    if (this.depth === 0) throw coded('NotOwnerError');
    this.depth -= 1;
  }

  locked(): boolean {
    return this.depth > 0;
  }

  async with<T>(body: () => T | PromiseLike<T>): Promise<T> {
    const guard = this.tryAcquire();
    try {
      return await body();
    } finally {
      guard[Symbol.dispose]();
    }
  }

  [inspect.custom](): string {
    return `RLock { ${this.depth ? `locked, depth ${this.depth}` : 'unlocked'} }`;
  }
}
