import { inspect } from 'node:util';
import { Executor, type ExecutorStats, type TaskOptions } from '../executor.ts';
import { checkOptions } from '../check-options.ts';
import { type WaitOptions, checkWait } from '../duration.ts';
import type { Future } from '../future.ts';
import { SUBMIT } from './entrance.ts';
import { checkTaskOptions } from './task-options.ts';
import type { Scheduler } from './scheduler.ts';

// An executor that nobody can reach any more gets no more tasks: its workers end when they have done what they have.
const forgotten = new FinalizationRegistry<Scheduler>((scheduler) => void scheduler.shutdown({ wait: false }));

/** An executor over a scheduler: what the executors of threads and of processes have in common, and their views. */
export class PoolExecutor extends Executor {
  readonly #scheduler: Scheduler;
  readonly #options: TaskOptions | undefined;
  /** What a view keeps reachable: the executor that it is a view on. */
  readonly #owner: PoolExecutor;

  constructor(scheduler: Scheduler, options?: TaskOptions, owner?: PoolExecutor) {
    super();
    this.#scheduler = scheduler;
    this.#options = options;
    this.#owner = owner ?? this;
    if (owner === undefined) forgotten.register(this, scheduler);
  }

  /** Hands a call over, as {@link Executor.submit} does. */
  submit<A extends unknown[], R>(target: (...args: A) => R, ...args: A): Future<Awaited<R>> {
    return this.#scheduler.submit(target as never, args, this.#options) as Future<Awaited<R>>;
  }

  /**
   * Has a function called once in each worker that is there now. Workers that start later do not call it, nor those that
   * are replaced before they come to it: what each worker needs belongs into `initializer`.
   * What a view sets is for its tasks, of which these are none.
   *
   * @param target An exported function.
   * @param args Its arguments. Nothing in them can move, unless the pool has one worker at most.
   * @returns What it returned in each worker.
   * @throws {TargetError} If the workers could not find the function.
   * @throws {TransferError} If an argument cannot cross, or is to move to more than one worker.
   */
  broadcast<A extends unknown[], R>(target: (...args: A) => R, ...args: A): Promise<Awaited<R>[]> {
    return this.#scheduler.broadcast(target as never, args) as Promise<Awaited<R>[]>;
  }

  /**
   * Waits until there is room in the queue, where `maxQueueSize` bounds it: of those who wait, each gets a place of its
   * own, so that its next `submit` will not be refused. The place is kept until the event loop turns.
   *
   * Cancel safety: a wait that ends early has taken nothing.
   *
   * @param options How long to wait, and a signal that ends the wait.
   */
  override async room(options: WaitOptions = {}): Promise<void> {
    checkWait(options, SUBMIT);
    await this.#scheduler.room(options);
  }

  /** Stops taking tasks, as {@link Executor.shutdown} does. */
  async shutdown(options: { wait?: boolean; cancelFutures?: boolean } = {}): Promise<void> {
    checkOptions('shut the executor down', options);
    await this.#scheduler.shutdown(options);
  }

  /** A view on the same workers whose tasks have these options, and those of the view that it is made from. */
  with(options: TaskOptions): PoolExecutor {
    return new PoolExecutor(this.#scheduler, { ...this.#options, ...checkTaskOptions(options) }, this.#owner);
  }

  /** What it has done so far, since the start or {@link resetStats}. */
  stats(): ExecutorStats {
    return this.#scheduler.stats();
  }

  /** Has {@link stats} count from 0 again. */
  resetStats(): void {
    this.#scheduler.resetStats();
  }

  override [inspect.custom](): string {
    if (this.#owner !== this) return `${inspect(this.#owner)}.with(${inspect(this.#options, { depth: 0 })})`;
    const { standing } = this.#scheduler;
    const printed = super[inspect.custom]();
    return standing === undefined ? printed : printed.replace(/ \}$/, `, ${standing} }`);
  }
}
