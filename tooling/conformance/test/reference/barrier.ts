import { inspect, types } from 'node:util';
import type { WaitOptions } from '../../src/wait-options.ts';
import { coded } from './errors.ts';
import { Line, checked } from './line.ts';

/** A barrier of one thread, made of promises. */
export class Barrier {
  protected readonly line = new Line<number>();
  readonly parties: number;
  readonly #options: { action?: () => unknown; timeout?: number };
  broken = false;

  constructor(parties: number, options: { action?: () => unknown; timeout?: number } = {}) {
    if (parties < 1) throw new RangeError(`Cannot meet with ${parties} parties`);
    this.parties = parties;
    this.#options = options;
  }

  get nWaiting(): number {
    return this.line.waiters.length;
  }

  async wait(options: WaitOptions = {}): Promise<number> {
    const limits = { ...this.#options, ...options };
    checked(limits);
    if (this.broken) throw coded('BrokenBarrierError');
    const index = this.nWaiting;
    if (index === this.parties - 1) {
      try {
        if (types.isPromise(this.#options.action?.())) throw new TypeError('Its action returned a promise');
      } catch (error) {
        this.abort();
        throw error;
      }
      this.line.waiters.slice().forEach((waiter, at) => waiter.grant(at));
      return index;
    }
    return this.line.wait(limits, () => {
      this.abort();
      return coded('BrokenBarrierError');
    });
  }

  reset(): void {
    this.abort();
    this.broken = false;
  }

  abort(): void {
    this.broken = true;
    for (const waiter of this.line.waiters.slice()) waiter.fail(coded('BrokenBarrierError'));
  }

  [inspect.custom](): string {
    return `Barrier { ${this.broken ? 'broken' : `${this.nWaiting} of ${this.parties} wait`} }`;
  }
}
