import type { Target } from '../target.ts';
import type { Transferable } from '../wire/transfer.ts';
import type { Task } from './task.ts';

/**
 * How a scheduler reaches its workers. Threads answer it with shared memory, processes with sockets.
 *
 * The scheduler owns the queue, the futures and the decision how many workers there are. The transport owns the workers
 * and which of them runs which task. To write one:
 *
 * 1. Take a {@link TransportEvents} in the constructor and call it back, never from within a call of the scheduler
 *    except from `waitSync`: what a call finds out is reported later, in a turn of its own.
 * 2. `prepare` turns arguments into whatever crosses, and throws if they cannot. It keeps the outcome in `task.payload`
 *    (and `task.kind`), so that the caller may change the arguments afterwards.
 * 3. `offer` hands a prepared task over if there is room, and answers `false` if not; the scheduler then keeps it and
 *    offers again after the next `turn`. `task.id` names the task on the way; it is never used for two tasks at once
 *    and comes back only after some 65,000 others. Take no more than can be worked on soon: what was handed over should
 *    stay withdrawable, or be little.
 * 4. Report `ready` once for each worker, after its initializer. For each task report `started` if `task.watched`, then
 *    `finished` or `failed`, exactly once. A task whose worker died is named in `exited` instead.
 * 5. After a batch of reports call `turn` once: the scheduler then offers what it kept.
 * 6. A worker that is through with `maxTasksPerWorker` tasks, or was idle for `idleTimeout`, ends by itself: report
 *    `exited` without a cause. The scheduler starts another if there is work for it.
 * 7. Workers must not keep the process alive: the scheduler does so while tasks are pending.
 */
export interface Transport {
  /**
   * How many tasks, beyond those that run, are handed over while some have a priority. Left out, none; more is faster
   * where `recall` can take back whatever has not started.
   */
  readonly ahead?: number;
  /**
   * Makes a task ready to cross.
   *
   * @param moved What moves instead of being copied.
   * @throws {TargetError} If the worker could not find the function.
   * @throws {TransferError} If an argument cannot cross, with the path to it (`args[0]`).
   */
  prepare(task: Task, target: Target, args: readonly unknown[], moved: readonly Transferable[] | undefined): void;
  /**
   * Hands a prepared task over. It answers `false` if there is no room. A task that is `bound` goes to the worker
   * `task.seat`, which may still be starting, and is always taken.
   */
  offer(task: Task): boolean;
  /** Told of a prepared task that must wait before it is offered: from now on its caller may change the arguments. */
  keep?(task: Task): void;
  /** Takes a task back. It answers `false` if a worker has started it. */
  withdraw(task: Task): boolean;
  /** Takes back all that was handed over and not started, oldest first. */
  recall(): Task[];
  /** Whether a worker has started the task, as far as that can be known now. */
  hasStarted(task: Task): boolean;
  /** Aborts the signal of a running task, so that it can end by itself. */
  interrupt(task: Task, reason: unknown): void;
  /**
   * Starts the worker of a seat (0 to `maxWorkers - 1`), which is empty. It throws if that is known to fail, and the seat
   * stays empty; a failure that shows later is reported by `exited`.
   */
  startWorker(seat: number): void;
  /** Gives a worker nothing more; it ends when it has finished what it runs. */
  stopWorker(seat: number): void;
  /** Ends a worker at once, whatever it does. */
  killWorker(seat: number): void;
  /** What the workers do. */
  usage(): Usage;
  /** How many tasks occupy a worker although they have finished: those that gave a stream which is not over. */
  readonly streams: number;
  /** Blocks this thread until there is something to report, or `limit` milliseconds have passed, and reports it. */
  waitSync?(limit: number): void;
  /** Frees what the workers shared. Called once, after the last of them has exited. */
  close(): void;
}

/** What workers do, and did. */
export interface Usage {
  /** How many tasks run now. */
  readonly running: number;
  /** How many workers run at least one. */
  readonly busy: number;
  /** How many milliseconds all workers together spent in tasks since the beginning. */
  readonly busyTime: number;
}

/** What a transport reports to its scheduler. */
export interface TransportEvents {
  /** The task of that number, if it is still with the transport. */
  find(id: number): Task | undefined;
  /** A worker runs and has been initialised. */
  ready(seat: number): void;
  /** A worker began a task. Only owed for watched tasks. */
  started(id: number, seat: number): void;
  /** How long a task waited for a worker and ran, in milliseconds. Comes before its outcome, for tasks that are timed. */
  measured(id: number, waited: number, ran: number): void;
  /** A task returned. */
  finished(id: number, value: unknown): void;
  /** A task threw. */
  failed(id: number, error: unknown): void;
  /** A running task reported progress. */
  progressed(id: number, value: unknown): void;
  /** The batch of reports is complete. */
  turn(): void;
  /**
   * A worker is gone.
   *
   * @param ran The tasks that it had started and not finished.
   * @param unstarted The tasks that it alone had been given and, for certain, not started: they are offered again.
   * @param exit Why, if it was neither stopped, killed by us, nor through with its tasks.
   */
  exited(seat: number, ran: readonly number[], unstarted: readonly number[], exit?: WorkerExit): void;
}

/** Why a worker is gone. */
export interface WorkerExit {
  /** What happened, to follow "the worker": `exited with code 3`. */
  readonly what: string;
  /** The error behind it, if there is one. */
  readonly cause?: unknown;
  /** The worker failed to start, or its initializer threw. */
  readonly unready?: boolean;
}

/** What a transport needs to know of its pool. */
export interface WorkerLimits {
  readonly maxWorkers: number;
  /** How many asynchronous tasks one worker runs at a time. */
  readonly concurrency: number;
  /** After how many tasks a worker is replaced; `Infinity` if never. */
  readonly maxTasksPerWorker: number;
  /** After how many idle milliseconds a worker ends; `Infinity` if never. */
  readonly idleTimeout: number;
}
