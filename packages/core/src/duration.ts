import { inspect } from 'node:util';
import { checkOptions } from './check-options.ts';

/** How long a wait may last, and what may end it early. */
export interface WaitOptions {
  /**
   * How long to wait, in milliseconds. Left out or `Infinity`, for ever; 0, one look and no wait.
   *
   * @default Infinity
   */
  timeout?: number | undefined;
  /** Ends the wait when it aborts: the wait rejects with `signal.reason` and has taken nothing. */
  signal?: AbortSignal | undefined;
}

/** The longest delay that a Node timer takes without firing at once, in milliseconds. */
export const MAX_TIMER_DELAY: number = 2 ** 31 - 1;

/**
 * Checks a duration that a caller gave.
 *
 * @param timeout In milliseconds; left out, for ever.
 * @param name What to call it in the error.
 * @returns The duration, `Infinity` if it was left out.
 * @throws {TypeError} If it is not a number.
 * @throws {RangeError} If it is negative or NaN.
 */
export function checkTimeout(timeout: number | undefined, name = 'timeout'): number {
  if (timeout === undefined) return Infinity;
  if (typeof timeout !== 'number')
    throw new TypeError(`Cannot use ${name} = ${String(timeout)}: it must be a number of milliseconds`);
  if (!(timeout >= 0)) throw new RangeError(`Cannot use ${name} = ${timeout}: it must be 0 or more milliseconds`);
  return timeout;
}

/**
 * Checks how a caller wants to wait. Whether the signal has aborted is not looked at.
 *
 * @param options What the caller gave.
 * @param action What is waited for, as an infinitive.
 * @returns How long to wait, in milliseconds; `Infinity` if that was left out.
 * @throws {TypeError} If the options are no object, `timeout` is not a number, or `signal` is no AbortSignal.
 * @throws {RangeError} If `timeout` is negative or NaN.
 */
export function checkWait(options: WaitOptions, action: string): number {
  checkOptions(action, options);
  const { timeout, signal } = options;
  if (signal !== undefined && typeof (signal as Partial<AbortSignal> | null)?.addEventListener !== 'function')
    throw new TypeError(`Cannot ${action} with signal = ${inspect(signal)}: it must be an AbortSignal`);
  return checkTimeout(timeout);
}

/**
 * Calls back once, after `delay` milliseconds, however long that is.
 *
 * @param callback What to call.
 * @param delay In milliseconds; `Infinity` never fires.
 * @returns Stops the timer; does nothing once it has fired.
 */
export function startTimer(callback: () => void, delay: number): () => void {
  if (delay === Infinity) return () => {};
  const end = performance.now() + delay;
  let timer: NodeJS.Timeout;
  const arm = (rest: number): void => {
    timer = setTimeout(tick, Math.min(Math.ceil(rest), MAX_TIMER_DELAY));
  };
  // A Node timer may fire up to a millisecond early: look at the clock, so that no wait ends before its time.
  const tick = (): void => {
    const rest = end - performance.now();
    if (rest > 0) arm(rest);
    else callback();
  };
  arm(delay);
  return () => clearTimeout(timer);
}
