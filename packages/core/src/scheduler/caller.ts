import type { Task } from './task.ts';

interface Caller {
  stack?: string;
}

const callers = new WeakMap<Task, Caller>();

/** Remembers where a task is submitted. Only done where users ask for it: it takes about a microsecond. */
export function noteCaller(task: Task): void {
  const caller: Caller = {};
  Error.captureStackTrace(caller, noteCaller);
  callers.set(task, caller);
}

/** Adds to the stack of an error where its task was submitted, if that was noted. */
export function withCaller(task: Task, error: unknown): unknown {
  const caller = callers.get(task);
  if (caller?.stack === undefined || !(error instanceof Error)) return error;
  // The first line is no frame; what follows it are those of this library.
  const frames = caller.stack.split('\n').filter((line) => /^\s+at /.test(line) && !line.includes('/scheduler/'));
  const stack = `${error.stack ?? String(error)}\n  submitted\n${frames.join('\n')}`;
  Object.defineProperty(error, 'stack', { value: stack, configurable: true, writable: true });
  return error;
}
