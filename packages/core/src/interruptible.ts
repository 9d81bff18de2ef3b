import { ambientTask } from './ambient.ts';
import { type WaitOptions, checkWait, startTimer } from './duration.ts';
import { TimeoutError } from './errors.ts';

/** How a wait that has begun ends. */
export interface Waiter<T> {
  /** Ends the wait with what it was for. */
  resolve(value: T): void;
  /** Ends the wait with an error. */
  reject(error: unknown): void;
}

/** A wait that can be left. */
export interface Interruptible<T> {
  /** What is waited for, as an infinitive: `acquire a permit`. */
  action: string;
  /**
   * Registers the waiter.
   *
   * @returns Withdraws it, when time runs out, the signal aborts or the current task is cancelled. It answers `true`
   *   if nothing was taken and nothing will come, and `false` if the wait has been granted already: then the waiter
   *   is about to be resolved, and is waited for.
   */
  begin(waiter: Waiter<T>): () => boolean;
  /** Gives what the wait gives, or throws, when time runs out. Left out, it rejects with a {@link TimeoutError}. */
  onTimeout?(timeout: number): T;
}

/**
 * Waits so that `timeout`, `signal` and the cancellation of the current task end the wait, and nothing is lost when
 * they meet the grant: either the wait is withdrawn, or it succeeds.
 *
 * @param options What may end the wait early. `timeout: 0` begins no wait: callers look once before they call this.
 * @throws {RangeError} If `timeout` is negative or NaN.
 * @throws {TypeError} If the options are no object, or `signal` is no AbortSignal.
 */
export function interruptible<T>(options: WaitOptions, wait: Interruptible<T>): Promise<T> {
  const timeout = checkWait(options, wait.action);
  const { signal } = options;
  if (signal?.aborted) return Promise.reject(signal.reason as Error);
  return new Promise<T>((resolve, reject) => {
    let done = false;
    let withdraw: (() => boolean) | undefined;
    let stopTimer: (() => void) | undefined;
    let leaveTask: (() => void) | undefined;
    const onAbort = (): void => {
      interrupt(() => reject(signal?.reason as Error));
    };
    const finish = (): void => {
      done = true;
      stopTimer?.();
      leaveTask?.();
      signal?.removeEventListener('abort', onAbort);
    };
    const interrupt = (settle: () => void): boolean => {
      if (done || withdraw === undefined || !withdraw()) return false;
      finish();
      settle();
      return true;
    };
    leaveTask = ambientTask()?.enterWait((error) => interrupt(() => reject(error as Error)), wait.action);
    try {
      withdraw = wait.begin({
        resolve: (value) => {
          finish();
          resolve(value);
        },
        reject: (error) => {
          finish();
          reject(error as Error);
        },
      });
    } catch (error) {
      finish();
      throw error;
    }
    if (done) return;
    signal?.addEventListener('abort', onAbort);
    if (timeout === Infinity) return;
    stopTimer = startTimer(() => {
      interrupt(() => {
        try {
          if (wait.onTimeout === undefined) throw new TimeoutError(wait.action, timeout);
          resolve(wait.onTimeout(timeout));
        } catch (error) {
          reject(error as Error);
        }
      });
    }, timeout);
  });
}
