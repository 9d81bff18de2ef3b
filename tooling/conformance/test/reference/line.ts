import type { WaitOptions } from '../../src/wait-options.ts';
import { coded } from './errors.ts';

/** Who waits, in arrival order. */
export class Line<T> {
  readonly waiters: { grant(value: T): void; fail(error: unknown): void }[] = [];

  /** Waits to be granted something, or to fail with what `onTimeout` gives. */
  wait(options: WaitOptions, onTimeout: (timeout: number) => Error | { answer: T }): Promise<T> {
    const { signal } = options;
    const timeout = checked(options);
    return new Promise<T>((resolve, reject) => {
      let timer: NodeJS.Timeout | undefined;
      const finish = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        const at = this.waiters.indexOf(waiter);
        if (at >= 0) this.waiters.splice(at, 1);
      };
      const onAbort = (): void => {
        finish();
        reject(signal?.reason as Error);
      };
      const waiter = {
        grant: (value: T): void => {
          finish();
          resolve(value);
        },
        fail: (error: unknown): void => {
          finish();
          reject(error as Error);
        },
      };
      this.waiters.push(waiter);
      signal?.addEventListener('abort', onAbort);
      if (timeout > 2 ** 31 - 1) return;
      timer = setTimeout(() => {
        finish();
        const end = onTimeout(timeout);
        if (end instanceof Error) reject(end);
        else resolve(end.answer);
      }, Math.ceil(timeout));
    });
  }

  /** Grants the first in the line; answers whether there was one. */
  grantFirst(value: T): boolean {
    const first = this.waiters[0];
    first?.grant(value);
    return first !== undefined;
  }
}

/** The timeout, checked as the library checks it; throws the signal's reason if that has aborted. */
export function checked(options: WaitOptions): number {
  const { timeout = Infinity, signal } = options;
  if (typeof timeout !== 'number') throw new TypeError(`Cannot use timeout = ${String(timeout)}`);
  if (!(timeout >= 0)) throw new RangeError(`Cannot use timeout = ${timeout}`);
  signal?.throwIfAborted();
  return timeout;
}

/** The error of a wait that ran out of time. */
export function timedOut(action: string): (timeout: number) => Error {
  return (timeout) => coded('TimeoutError', `Cannot ${action} within ${timeout} ms`);
}
