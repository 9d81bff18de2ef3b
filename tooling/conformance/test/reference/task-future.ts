import { inspect } from 'node:util';
import type { WaitOptions } from '../../src/wait-options.ts';
import { coded } from './errors.ts';
import { Line, checked, timedOut } from './line.ts';

/** A future of one thread, made of promises. */
export class TaskFuture<T> implements PromiseLike<T> {
  protected state: 'pending' | 'running' | 'cancelled' | 'notified' | 'finished' = 'pending';
  readonly #line = new Line<void>();
  readonly #withdraw: () => boolean;
  #callbacks: ((future: this) => void)[] = [];
  #outcome: { value?: T; error?: unknown; failed: boolean } = { failed: false };

  constructor(withdraw: () => boolean = () => true) {
    this.#withdraw = withdraw;
  }

  cancelled(): boolean {
    return this.state === 'cancelled' || this.state === 'notified';
  }

  running(): boolean {
    return this.state === 'running';
  }

  done(): boolean {
    return this.cancelled() || this.state === 'finished';
  }

  failed(): boolean {
    return this.#outcome.failed;
  }

  cancel(): boolean {
    if (this.cancelled()) return true;
    if (this.state !== 'pending' || !this.#withdraw()) return false;
    this.state = 'cancelled';
    this.settle();
    return true;
  }

  async result(options: WaitOptions = {}): Promise<T> {
    await this.#wait(options);
    if (this.#outcome.failed) throw this.#outcome.error;
    return this.#outcome.value as T;
  }

  async exception(options: WaitOptions = {}): Promise<unknown> {
    await this.#wait(options);
    return this.#outcome.failed ? this.#outcome.error : undefined;
  }

  addDoneCallback(callback: (future: this) => void): void {
    if (this.done()) this.call(callback);
    else this.#callbacks.push(callback);
  }

  removeDoneCallback(callback: (future: this) => void): void {
    this.#callbacks = this.#callbacks.filter((other) => other !== callback);
  }

  setRunningOrNotifyCancel(): boolean {
    if (this.state !== 'pending' && this.state !== 'cancelled') throw coded('InvalidStateError');
    this.state = this.state === 'pending' ? 'running' : 'notified';
    return this.state === 'running';
  }

  setResult(value: T): void {
    this.#finish({ value, failed: false });
  }

  setException(error: unknown): void {
    this.#finish({ error, failed: true });
  }

  then<A = T, B = never>(
    onResult?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.result().then(onResult, onError);
  }

  [inspect.custom](): string {
    const { failed, error, value } = this.#outcome;
    const outcome = failed ? `raised ${(error as Error).name}` : `returned ${typeof value}`;
    return `TaskFuture { ${this.state === 'finished' ? `finished, ${outcome}` : this.cancelled() ? 'cancelled' : this.state} }`;
  }

  protected settle(): void {
    for (const waiter of this.#line.waiters.slice()) waiter.grant();
    for (const callback of this.#callbacks.splice(0)) this.call(callback);
  }

  protected call(callback: (future: this) => void): void {
    try {
      callback(this);
    } catch (error) {
      console.error(error);
    }
  }

  #finish(outcome: { value?: T; error?: unknown; failed: boolean }): void {
    if (this.done()) throw coded('InvalidStateError');
    this.#outcome = outcome;
    this.state = 'finished';
    this.settle();
  }

  async #wait(options: WaitOptions): Promise<void> {
    checked(options);
    if (!this.done()) await this.#line.wait(options, timedOut('get the result'));
    if (this.cancelled()) throw coded('CancelledError');
  }
}
