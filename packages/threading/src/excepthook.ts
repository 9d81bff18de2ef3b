import { inspect } from 'node:util';
import { SystemExit } from '@weft/core';
import { writeOut } from './internal/output.ts';
import { setHooked } from './internal/registry.ts';
import type { Thread } from './thread.ts';

/** What an excepthook is told. */
export interface ExceptHookArgs {
  /** The class of the error; `undefined` if something else was thrown. */
  excType: (new (...args: never[]) => unknown) | undefined;
  /** What was thrown. */
  excValue: unknown;
  /** The stack where it was thrown. */
  excTraceback: string | undefined;
  /** The thread that it ended; `undefined` if that is not known. */
  thread: Thread | undefined;
}

/** Handles the error that ended a thread. */
export type ExceptHook = (args: ExceptHookArgs) => void;

let installed: ExceptHook | undefined;

/**
 * Chooses what happens with errors that end a thread, instead of printing them.
 *
 * The hook runs in the thread that set it, for every thread that this one starts, and for those that these start
 * unless they have a hook of their own. It runs before a `join` of the thread is done. `SystemExit` is not an error.
 * Of a pool's workers it is told what ended them outside of tasks.
 *
 * @param hook Left out, errors are printed again.
 * @returns The hook before, if there was one.
 * @throws {TypeError} If it is not a function.
 * @see https://docs.python.org/3/library/threading.html#threading.excepthook
 * @example
 * setExcepthook(({ thread, excValue }) => log.error(thread?.name, excValue));
 */
export function setExcepthook(hook?: ExceptHook): ExceptHook | undefined {
  if (hook !== undefined && typeof hook !== 'function')
    throw new TypeError(`Cannot tell ${inspect(hook)} of errors: it is not a function`);
  const before = installed;
  installed = hook;
  setHooked(hook !== undefined);
  return before;
}

/**
 * Prints the error that ended a thread: what happens unless {@link setExcepthook} says otherwise.
 *
 * @param args The error, and the thread that it ended.
 * @see https://docs.python.org/3/library/threading.html#threading.excepthook
 * @example
 * setExcepthook((args) => {
 *   log.error('a thread failed');
 *   excepthook(args);
 * });
 */
export function excepthook({ excValue, thread }: ExceptHookArgs): void {
  if (excValue instanceof SystemExit) return;
  print(`Exception in thread ${thread?.name ?? '<unknown>'}:\n${inspect(excValue)}\n`);
}

/** The hook that this thread has set. */
export function installedHook(): ExceptHook | undefined {
  return installed;
}

/** Tells a hook of an error. What the hook throws is printed. */
export function callHook(hook: ExceptHook, excValue: unknown, thread: Thread | undefined): void {
  if (excValue instanceof SystemExit) return;
  const error = excValue instanceof Error ? excValue : undefined;
  try {
    const told: unknown = hook({ excType: error?.constructor as never, excValue, excTraceback: error?.stack, thread });
    // An async function is one of those that return nothing.
    if (told instanceof Promise) told.catch(printFailure);
  } catch (failure) {
    printFailure(failure);
  }
}

function printFailure(failure: unknown): void {
  print(`Exception in threading.excepthook:\n${inspect(failure)}\n`);
}

function print(text: string): void {
  writeOut(2, Buffer.from(text));
}
