import { availableParallelism } from 'node:os';
import { BrokenProcessPoolError, type Target } from '@weft/core';
import { checkCount, checkOptions, describeTarget } from '@weft/core/lowlevel';
import { type PoolOptions, Scheduler, checkPoolOptions } from '@weft/core/scheduler';
import { InitialArguments } from './internal/initial-arguments.ts';
import { ProcessExecutor } from './internal/process-executor.ts';
import { ProcessTransport } from './internal/pool-transport.ts';

/** How a {@link ProcessPoolExecutor} works. */
export interface ProcessPoolExecutorOptions extends Omit<PoolOptions, 'maxTasksPerWorker'> {
  /** How many processes there are at most; they start when they are needed. @default as many as the system has cores */
  maxWorkers?: number | undefined;
  /** After how many tasks a process is replaced by another one. @default Infinity */
  maxTasksPerChild?: number | undefined;
}

let executors = 0;

/**
 * Runs functions in processes of its own and gives futures of their results.
 *
 * If a process dies, the executor is broken, unless `onWorkerDeath` says otherwise: what is pending fails with a BrokenProcessPoolError that names the exit
 * code, and so does whatever is submitted later. A program that ends waits for what is pending; idle processes end with it.
 *
 * @see https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.ProcessPoolExecutor
 * @example
 * await using executor = new ProcessPoolExecutor({ maxWorkers: 2 });
 * const future = executor.submit(factorise, 1_000_003);
 * console.log(await future);
 */
export class ProcessPoolExecutor extends ProcessExecutor {
  readonly #scheduler: Scheduler;
  readonly #transport: ProcessTransport;

  /**
   * @param options How many processes there are, and what they do first.
   * @throws {TypeError} If an option is of the wrong type.
   * @throws {RangeError} If a number is below 1.
   * @throws {TargetError} If the workers could not find the initializer.
   * @throws {TransferError} If one of `initargs` cannot cross.
   */
  constructor(options: ProcessPoolExecutorOptions = {}) {
    checkOptions('make an executor', options);
    const { maxTasksPerChild = Infinity, ...rest } = options;
    const maxTasksPerWorker = checkCount('maxTasksPerChild', maxTasksPerChild, Infinity);
    const settings = checkPoolOptions(
      { ...rest, maxTasksPerWorker },
      { maxWorkers: availableParallelism(), onWorkerDeath: 'break' },
    );
    const initializer = settings.initializer && describeTarget(settings.initializer as Target);
    const initargs = new InitialArguments(settings.initargs);
    executors += 1;
    const name = `ProcessPoolExecutor-${executors}`;
    let started = 0;
    let transport!: ProcessTransport;
    const scheduler = new Scheduler(
      {
        ...settings,
        name,
        broken: (message, cause) => new BrokenProcessPoolError(message, cause),
      },
      (events) => {
        transport = new ProcessTransport(settings, events, {
          initializer,
          initargs,
          concurrency: settings.concurrency,
          daemon: false,
          nextName: () => `${name}_${started++}`,
        });
        return transport;
      },
    );
    super(scheduler);
    this.#scheduler = scheduler;
    this.#transport = transport;
  }

  /**
   * Ends every process at once with SIGTERM, whatever it does. What is pending fails.
   *
   * A process whose task handles the signal ends after that task, or is killed two seconds later.
   *
   * @see https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.ProcessPoolExecutor.terminate_workers
   */
  terminateWorkers(): void {
    this.#transport.endSignal = 'SIGTERM';
    this.#scheduler.terminate('its processes were terminated');
  }

  /**
   * Ends every process at once with SIGKILL, whatever it does. What is pending fails.
   *
   * @see https://docs.python.org/3/library/concurrent.futures.html#concurrent.futures.ProcessPoolExecutor.kill_workers
   */
  killWorkers(): void {
    this.#transport.endSignal = 'SIGKILL';
    this.#scheduler.terminate('its processes were killed');
    // Those too that were terminated before and stayed.
    for (const worker of this.#transport.processes) worker.kill();
  }
}
