import { ProcessPoolExecutor } from '@weft/multiprocessing';
import { runInExecutor } from './run-in-executor.ts';

let shared: ProcessPoolExecutor | undefined;

/**
 * Calls a function in a process of a pool that all such calls share, and waits for its result as part of the current
 * task. The pool starts processes when they are needed and does not keep the program alive. A process that dies fails its
 * own call, and is replaced.
 *
 * @param target An exported function.
 * @param args Its arguments, which must be able to cross.
 * @returns What the function returns.
 * @throws {CancelledError} In a task that is cancelled; the call is cancelled too.
 * @throws {TargetError} If the process could not find the function.
 * @throws {TransferError} If an argument cannot cross.
 * @throws {BrokenProcessPoolError} If the process died that ran the call.
 * @throws Whatever the function throws.
 * @example
 * const total = await toProcess(sumOfSquares, 1_000_000);
 */
export function toProcess<A extends unknown[], R>(target: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
  shared ??= new ProcessPoolExecutor({ onWorkerDeath: 'replace' });
  return runInExecutor(shared, target, ...args);
}
