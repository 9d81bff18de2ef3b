import { inspect } from 'node:util';
import type { WaitOptions } from '../../src/wait-options.ts';
import { coded } from './errors.ts';
import { guardOf } from './guard.ts';
import { Line, checked, timedOut } from './line.ts';

/** A lock of one thread, made of promises. */
export class Lock {
  protected readonly line = new Line<void>();
  protected held = false;

  async acquire(options: WaitOptions = {}): Promise<Disposable> {
    checked(options);
    const guard = this.tryAcquire();
    if (guard) return guard;
    await this.line.wait(options, timedOut('acquire the lock'));
    return guardOf(() => this.release());
  }

  tryAcquire(): Disposable | undefined {
    if (this.held) return undefined;
    this.held = true;
    return guardOf(() => this.release());
  }

  release(): void {
    if (!this.held) throw coded('InvalidStateError');
    this.held = this.line.grantFirst();
  }

  locked(): boolean {
    return this.held;
  }

  async with<T>(body: () => T | PromiseLike<T>): Promise<T> {
    const guard = await this.acquire();
    try {
      return await body();
    } finally {
      guard[Symbol.dispose]();
    }
  }

  [inspect.custom](): string {
    return `Lock { ${this.held ? 'locked' : 'unlocked'} }`;
  }
}
