import { MAIN, aliveIdents, self } from './internal/registry.ts';
import { reap } from './internal/reaper.ts';
import { type Thread, handleOf } from './thread.ts';

/**
 * The thread that the caller is in. It is the same object at each call.
 *
 * @see https://docs.python.org/3/library/threading.html#threading.current_thread
 */
export function currentThread(): Thread {
  return handleOf(self);
}

/**
 * The thread that the program began in.
 *
 * @see https://docs.python.org/3/library/threading.html#threading.main_thread
 */
export function mainThread(): Thread {
  return handleOf(MAIN);
}

/**
 * The ident of the thread that the caller is in: a number above 0 that no other living thread has.
 *
 * @see https://docs.python.org/3/library/threading.html#threading.get_ident
 */
export function getIdent(): number {
  return self;
}

/**
 * All threads that are alive, whoever started them: the main thread, daemons, workers of pools, the caller.
 *
 * @see https://docs.python.org/3/library/threading.html#threading.enumerate
 */
export function enumerate(): Thread[] {
  reap();
  return aliveIdents().map((ident) => handleOf(ident));
}

/**
 * How many threads are alive: as many as {@link enumerate} gives.
 *
 * @see https://docs.python.org/3/library/threading.html#threading.active_count
 */
export function activeCount(): number {
  reap();
  return aliveIdents().length;
}
