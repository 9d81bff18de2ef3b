import { inspect } from 'node:util';
import type { WaitOptions } from '../../src/wait-options.ts';
import { guardOf } from './guard.ts';
import { Line, checked, timedOut } from './line.ts';

/** A semaphore of one thread, made of promises. */
export class Semaphore {
  protected readonly line = new Line<void>();
  protected free: number;

  constructor(value = 1) {
    if (value < 0) throw new RangeError(`Cannot start with ${value} permits`);
    this.free = value;
  }

  async acquire(options: WaitOptions = {}): Promise<Disposable> {
    checked(options);
    const permit = this.tryAcquire();
    if (permit) return permit;
    await this.line.wait(options, timedOut('acquire a permit'));
    return guardOf(() => this.release());
  }

  tryAcquire(): Disposable | undefined {
    if (this.free === 0) return undefined;
    this.free -= 1;
    return guardOf(() => this.release());
  }

  release(n = 1): void {
    if (n < 1) throw new RangeError(`Cannot release ${n} permits`);
    for (let left = n; left > 0; left -= 1) if (!this.line.grantFirst()) this.free += 1;
  }

  async with<T>(body: () => T | PromiseLike<T>): Promise<T> {
    const permit = await this.acquire();
    try {
      return await body();
    } finally {
      permit[Symbol.dispose]();
    }
  }

  [inspect.custom](): string {
    return `${this.constructor.name} { ${this.free} free }`;
  }
}

/** A semaphore that refuses more releases than acquires. */
export class BoundedSemaphore extends Semaphore {
  readonly #bound: number;

  constructor(value = 1) {
    super(value);
    this.#bound = value;
  }

  override release(n = 1): void {
    if (this.free + n > this.#bound) throw new RangeError(`Cannot release ${n} permits: the bound is ${this.#bound}`);
    super.release(n);
  }
}
