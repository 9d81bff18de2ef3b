import { AsyncLocalStorage } from 'node:async_hooks';

import type { Context } from '../context.ts';
import type { Task } from '../task.ts';

/** Carries the current task through every await. The store is the task itself: context variables hang on it. */
export const taskStore: AsyncLocalStorage<Task<unknown>> = new AsyncLocalStorage<Task<unknown>>();

/** Carries the context that code outside of any task was called in. */
export const contextStore: AsyncLocalStorage<Context> = new AsyncLocalStorage<Context>();

/**
 * Whether `enterWith` ends with the promise job it was called in.
 *
 * With async context frames (Node 24, or 22 with a flag) it does, and entering is half the price of `run`. With async
 * hooks it may outlive the job and leak the task into outer code. Where in doubt, answer `false`: `run` is always right.
 */
export const entersJob: boolean = hasContextFrames();

function hasContextFrames(): boolean {
  const flags = [...process.execArgv, ...(process.env['NODE_OPTIONS'] ?? '').split(/\s+/)];
  if (flags.includes('--no-async-context-frame') || flags.includes('--no-experimental-async-context-frame'))
    return false;
  return Number.parseInt(process.versions.node, 10) >= 24 || flags.includes('--experimental-async-context-frame');
}
