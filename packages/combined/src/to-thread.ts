import { ThreadPoolExecutor } from '@weft/threading';
import { runInExecutor } from './run-in-executor.ts';

let shared: ThreadPoolExecutor | undefined;

/**
 * Calls a function on a thread of a pool that all such calls share, and waits for its result as part of the current
 * task. The pool starts threads when they are needed and does not keep the program alive.
 *
 * @param target An exported function.
 * @param args Its arguments, which must be able to cross.
 * @returns What the function returns.
 * @throws {CancelledError} In a task that is cancelled; the call is cancelled too.
 * @throws {TargetError} If the thread could not find the function.
 * @throws {TransferError} If an argument cannot cross.
 * @throws Whatever the function throws.
 * @see https://docs.python.org/3/library/asyncio-task.html#asyncio.to_thread
 * @example
 * const digest = await toThread(hashFile, path);
 */
export function toThread<A extends unknown[], R>(target: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
  shared ??= new ThreadPoolExecutor({ threadNamePrefix: 'toThread' });
  return runInExecutor(shared, target, ...args);
}
