import { inspect } from 'node:util';
import type { WaitOptions } from '../../src/wait-options.ts';
import { coded } from './errors.ts';
import { Line, checked } from './line.ts';
import { Lock } from './lock.ts';
import { RLock } from './rlock.ts';

/** A condition of one thread, made of promises. */
export class Condition {
  protected readonly line = new Line<boolean>();
  readonly lock: Lock | RLock;

  constructor(lock: Lock | RLock = new RLock()) {
    this.lock = lock;
  }

  acquire(options?: WaitOptions): Promise<Disposable> {
    return this.lock.acquire(options);
  }

  tryAcquire(): Disposable | undefined {
    return this.lock.tryAcquire();
  }

  release(): void {
    this.lock.release();
  }

  locked(): boolean {
    return this.lock.locked();
  }

  with<T>(body: () => T | PromiseLike<T>): Promise<T> {
    return this.lock.with(body);
  }

  async wait(options: WaitOptions = {}): Promise<boolean> {
    this.#checkOwned();
    checked(options);
    const depth = this.lock instanceof RLock ? this.lock.depth : 1;
    const waiting = this.line.wait(options, () => ({ answer: false }));
    for (let level = 0; level < depth; level += 1) this.lock.release();
    try {
      return await waiting;
    } finally {
      for (let level = 0; level < depth; level += 1) await this.lock.acquire();
    }
  }

  async waitFor<T>(predicate: () => T, options: WaitOptions = {}): Promise<T> {
    this.#checkOwned();
    const end = performance.now() + checked(options);
    let value = predicate();
    while (!value) {
      const rest = end - performance.now();
      if (rest <= 0) break;
      await this.wait({ ...options, timeout: rest });
      value = predicate();
    }
    return value;
  }

  notify(n = 1): void {
    this.#checkOwned();
    for (let left = n; left > 0 && this.line.grantFirst(true); left -= 1);
  }

  notifyAll(): void {
    this.notify(this.line.waiters.length);
  }

  #checkOwned(): void {
    if (!this.lock.locked()) throw coded('NotOwnerError');
  }

  [inspect.custom](): string {
    return `Condition { ${this.locked() ? 'locked' : 'unlocked'} }`;
  }
}
