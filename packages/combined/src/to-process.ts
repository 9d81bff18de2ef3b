import { ProcessPoolExecutor } from '@weft/multiprocessing';
import { BrokenExecutorError } from '@weft/core';
import { runInExecutor } from './run-in-executor.ts';

let shared: ProcessPoolExecutor | undefined;

/**
 * Calls a function in a process of a pool that all such calls share, and waits for its result as part of the current
 * task. The pool starts processes when they are needed and does not keep the program alive. If a process dies, the calls
 * under way fail and the next call gets a new pool.
 *
 * @param target An exported function.
 * @param args Its arguments, which must be able to cross.
 * @returns What the function returns.
 * @throws {CancelledError} In a task that is cancelled; the call is cancelled too.
 * @throws {TargetError} If the process could not find the function.
 * @throws {TransferError} If an argument cannot cross.
 * @throws {BrokenProcessPoolError} If a process of the pool died.
 * @throws Whatever the function throws.
 * @example
 * const total = await toProcess(sumOfSquares, 1_000_000);
 */
export async function toProcess<A extends unknown[], R>(target: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
  const pool = (shared ??= new ProcessPoolExecutor());
  try {
    return await runInExecutor(pool, target, ...args);
  } catch (error) {
    if (error instanceof BrokenExecutorError && shared === pool) shared = undefined;
    throw error;
  }
}
