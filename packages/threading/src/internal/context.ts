import { AsyncLocalStorage } from 'node:async_hooks';
import { ambientTask } from '@weft/core/lowlevel';

/** The async context that a lock may belong to. */
export interface Context {
  readonly id: number;
  /** The context around it that holds a lock. */
  readonly parent: Context | undefined;
  /** How many locks it holds. */
  holds: number;
}

/** Stands for all code of a thread, whatever its context. */
export const WHOLE_THREAD = 1;

const storage = new AsyncLocalStorage<Context | undefined>();
const NOBODY: Context = { id: 0, parent: undefined, holds: 0 };
const ofTask = new WeakMap<object, Context>();
let lastId = WHOLE_THREAD;

/** Whether the caller runs in the context with that id, or in one that began in it. */
export function isWithin(id: number): boolean {
  if (id === WHOLE_THREAD) return true;
  if (contextOfTask()?.id === id) return true;
  for (let context = storage.getStore(); context !== undefined; context = context.parent) {
    if (context.id === id) return true;
  }
  return false;
}

/** The context of the asyncio task that calls, which is one as a whole; `undefined` if none does. */
export function taskContext(): Context | undefined {
  const task = ambientTask();
  if (task === undefined) return undefined;
  const context = ofTask.get(task) ?? fork(undefined);
  ofTask.set(task, context);
  return context;
}

/** Runs a function in a context of its own. */
export function runInContext<T>(body: (context: Context) => T): T {
  const context = fork(storage.getStore());
  return storage.run(context, body, context);
}

// By the promise that is awaited, and then by the one that V8 makes for the await itself.
const promised = new WeakMap<object, Context>();
const awaits = new WeakMap<object, Context>();
let isHooked = false;

/**
 * Makes a context for the function that calls, from where its `await` of the promise comes back.
 *
 * To enter a context at the call would enter it for the callers too, who go on in the same turn, and for all that they
 * start. So V8 tells which await is of the promise, and when that comes back.
 *
 * @param begin Begins what is waited for, in that context's name. It calls {@link hookAwaits} once it has waited.
 */
export function awaitInContext<T>(begin: (context: Context) => Promise<T>): Promise<T> {
  const context = fork(storage.getStore());
  hookAwaits();
  const promise = begin(context);
  promised.set(promise, context);
  return promise;
}

/**
 * Looks at awaits until the event loop turns. Must be called in the turn in which the promise is settled.
 *
 * A function awaits the promise that it has just got, and comes back once that is settled, before the loop turns. To hook
 * and unhook takes a microsecond: so it is not done for every wait.
 */
export function hookAwaits(): void {
  if (isHooked) return;
  isHooked = true;
  // Node 22 follows contexts only from the first use on, and must do so before the hook is called. It does nothing about a
  // context that it is in already.
  storage.run(NOBODY, () => {});
  // Not loaded with this module: it takes time, before the first thread can start.
  const { promiseHooks } = process.getBuiltinModule('node:v8');
  const unhook = promiseHooks.createHook({
    init(promise, parent) {
      const context = parent === undefined ? undefined : promised.get(parent);
      if (context) awaits.set(promise, context);
    },
    before(promise) {
      const context = awaits.get(promise);
      if (context) storage.enterWith(context);
    },
  }) as () => void;
  setImmediate(() => {
    isHooked = false;
    unhook();
  }).unref();
}

function contextOfTask(): Context | undefined {
  const task = ambientTask();
  return task && ofTask.get(task);
}

function fork(from: Context | undefined): Context {
  let parent = from;
  while (parent !== undefined && parent.holds === 0) parent = parent.parent;
  lastId += 1;
  return { id: lastId, parent, holds: 0 };
}
