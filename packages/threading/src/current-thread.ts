import { MAIN, aliveIdents, self } from './internal/registry.ts';
import { reap } from './internal/reaper.ts';
import { type Thread, handleOf } from './thread.ts';

/**
 * The thread that the caller is in. It is the same object at each call.
 *
 * @returns The caller’s thread.
 * @see https://docs.python.org/3/library/threading.html#threading.current_thread
 * @example
 * console.log(currentThread().name); // 'MainThread'
 */
export function currentThread(): Thread {
  return handleOf(self);
}

/**
 * The thread that the program began in.
 *
 * @returns The main thread, whichever thread asks.
 * @see https://docs.python.org/3/library/threading.html#threading.main_thread
 * @example
 * console.log(mainThread() === currentThread()); // true, here
 */
export function mainThread(): Thread {
  return handleOf(MAIN);
}

/**
 * The ident of the thread that the caller is in: a number above 0 that no other living thread has.
 *
 * @returns The number, which may be given again once the thread has ended.
 * @see https://docs.python.org/3/library/threading.html#threading.get_ident
 * @example
 * console.log(getIdent() === currentThread().ident); // true
 */
export function getIdent(): number {
  return self;
}

/**
 * All threads that are alive, whoever started them: the main thread, daemons, workers of pools, the caller.
 *
 * @returns Their objects, in no particular order.
 * @see https://docs.python.org/3/library/threading.html#threading.enumerate
 * @example
 * for (const thread of enumerate()) console.log(thread.name, thread.daemon);
 */
export function enumerate(): Thread[] {
  reap();
  return aliveIdents().map((ident) => handleOf(ident));
}

/**
 * How many threads are alive: as many as {@link enumerate} gives.
 *
 * @returns 1 where nothing was started.
 * @see https://docs.python.org/3/library/threading.html#threading.active_count
 * @example
 * console.log(activeCount()); // 1
 */
export function activeCount(): number {
  reap();
  return aliveIdents().length;
}
