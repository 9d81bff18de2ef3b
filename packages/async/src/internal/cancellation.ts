import { CancelledError } from '@weft/core';

import type { Task } from '../task.ts';

/** Does nothing: marks a promise's rejection as handled. */
export const ignore = (): void => {};

let withStacks = false;

/** Makes cancellations carry the stack of the `cancel` call, as debug mode wants. */
export function traceCancellations(on: boolean): void {
  withStacks = on;
}

/** A CancelledError without a stack: cancelling is control flow, and capturing a stack costs more than all the rest. */
export function cancelledError(message = ''): CancelledError {
  if (withStacks) return new CancelledError(message);
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  const error = new CancelledError(message);
  Error.stackTraceLimit = limit;
  return error;
}

/**
 * Delivers a cancellation that arrived while the task was not waiting. Every wait asks this first.
 *
 * @returns A rejected promise to give the waiter instead of a wait, or `undefined`.
 */
export function deliverPending(task: Task<unknown> | undefined): Promise<never> | undefined {
  if (task === undefined || task._pending === undefined) return undefined;
  const error = task._takePending();
  const refused = Promise.reject(error as Error);
  refused.catch(ignore);
  return refused;
}

/** Whether it is what a foreign operation throws when the signal of `currentSignal()` aborts it. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
