import { Runner, type RunOptions } from './runner.ts';
import type { TaskBody } from './task.ts';

/**
 * Runs an async function as the main task, then cancels and awaits every task it left over: the entry of a program.
 *
 * @param main An async function without parameters.
 * @param options How the run behaves.
 * @returns What it returns.
 * @throws {KeyboardInterrupt} If Ctrl-C ended it.
 * @throws {DeadlockError} If tasks wait and nothing is left that could end a wait.
 * @throws {InvalidStateError} If the caller runs in a task already.
 * @see https://docs.python.org/3/library/asyncio-runner.html#asyncio.run
 * @example
 * await run(async () => {
 *   await gather(() => sleep(1000), () => sleep(1000));
 * });
 */
export async function run<T>(main: TaskBody<T>, options?: RunOptions): Promise<T> {
  const runner = new Runner(options);
  try {
    return await runner.run(main);
  } finally {
    await runner.close();
  }
}
