import { AsyncLocalStorage } from 'node:async_hooks';
import { ambientTask } from '@weft/core/lowlevel';

/** The async context that a lock may belong to. */
export interface Context {
  readonly id: number;
  /** The context around it that holds a lock. */
  readonly parent: Context | undefined;
  /** How many locks it holds. */
  holds: number;
  /** Whether the code that it is for has gone on since: until then, others may run in it by chance. */
  entered: boolean;
}

/** Stands for all code of a thread, whatever its context. */
export const WHOLE_THREAD = 1;

const storage = new AsyncLocalStorage<Context>();
const ofTask = new WeakMap<object, Context>();
let lastId = WHOLE_THREAD;

/** Whether the caller runs in the context with that id, or in one that began in it. */
export function isWithin(id: number): boolean {
  if (id === WHOLE_THREAD) return true;
  for (let context = current(); context !== undefined; context = context.parent) {
    if (context.id === id) return context.entered;
  }
  return false;
}

/**
 * Makes a context for the function that called, as far as it runs after its next `await`.
 *
 * An asyncio task is a context of its own.
 */
export function enterContext(): Context {
  const task = ambientTask();
  if (task === undefined) {
    const context = fork(storage.getStore());
    storage.enterWith(context);
    return context;
  }
  const context = ofTask.get(task) ?? { ...fork(undefined), entered: true };
  ofTask.set(task, context);
  return context;
}

/** Runs a function in a context of its own. */
export function runInContext<T>(body: () => T): T {
  return storage.run(fork(storage.getStore()), body);
}

function current(): Context | undefined {
  const task = ambientTask();
  return (task && ofTask.get(task)) ?? storage.getStore();
}

function fork(from: Context | undefined): Context {
  let parent = from;
  while (parent !== undefined && parent.holds === 0) parent = parent.parent;
  lastId += 1;
  return { id: lastId, parent, holds: 0, entered: false };
}
