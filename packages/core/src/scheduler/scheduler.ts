import type { WaitOptions } from '../duration.ts';
import { InvalidStateError } from '../errors.ts';
import type { ExecutorStats, TaskOptions } from '../executor.ts';
import type { Future } from '../future.ts';
import { isExiting } from '../internal/exiting.ts';
import { reportProgressTo } from '../progress.ts';
import type { Target } from '../target.ts';
import { listedIn } from '../wire/listed-in.ts';
import { refuseMoves } from '../wire/refuse-moves.ts';
import { Backlog } from './backlog.ts';
import { noteCaller, withCaller } from './caller.ts';
import { Deadlines } from './deadlines.ts';
import { Entrance } from './entrance.ts';
import { failedFuture } from './failed-future.ts';
import { Lifetime } from './lifetime.ts';
import type { SchedulerOptions } from './scheduler-options.ts';
import { Staff } from './staff.ts';
import { Standing, wasShutDown } from './standing.ts';
import { TaskControl } from './task-control.ts';
import { announce, taskChannel } from './task-events.ts';
import { TaskMeter } from './task-meter.ts';
import { Task, absent } from './task.ts';
import type { Transport, TransportEvents, WorkerExit } from './transport.ts';

/** All but every eighth task of a busy pool goes unmeasured: reading the clock is not free. */
const MEASURED = 7;

/**
 * Runs tasks on workers that a transport reaches: one queue, futures, as many workers as there is work for.
 *
 * It is the same for threads and processes. It keeps the process alive while tasks are pending, and only then.
 */
export class Scheduler implements TransportEvents {
  readonly options: SchedulerOptions;
  readonly #transport: Transport;
  readonly #backlog: Backlog;
  readonly #staff: Staff;
  readonly #meter = new TaskMeter();
  readonly #lifetime = new Lifetime();
  readonly #deadlines = new Deadlines();
  readonly #standing: Standing;
  readonly #entrance: Entrance;
  #submitted = 0;

  constructor(options: SchedulerOptions, connect: (events: TransportEvents) => Transport) {
    this.options = options;
    this.#staff = new Staff(options.maxWorkers, (seat) => this.#transport.startWorker(seat));
    this.#standing = new Standing((message, cause) => options.broken(message, cause));
    this.#transport = connect(this);
    this.#backlog = new Backlog(this.#transport, () => this.#staff.size * options.concurrency);
    this.#entrance = new Entrance(options, () => this.#backlog.size);
  }

  /** Takes a task, or throws as `Executor.submit` does. */
  submit(target: Target, args: readonly unknown[], options?: TaskOptions): Future {
    this.#admit();
    if (options?.signal?.aborted) return failedFuture(options.signal.reason);
    // The first worker starts while this thread looks up the function.
    if (this.#staff.size === 0) this.#hire();
    const task = this.#prepare(target, args, options);
    this.#entrance.pass();
    this.#backlog.add(task);
    this.#hireAnother();
    return task.future;
  }

  /** Starts every worker for which there is room, before there is work for them. */
  hireAll(): void {
    while (this.#hire());
  }

  /** Has a function called once by each worker that there is; those that leave before they come to it give nothing. */
  broadcast(target: Target, args: readonly unknown[]): Promise<unknown[]> {
    this.#admit();
    if (this.options.maxWorkers > 1) refuseMoves(args, 'args');
    const seats = this.#staff.seats('starting', 'ready');
    if (seats.length === 0) this.#transport.prepare(new Task(this, this.#submitted, 0), target, args, undefined);
    const futures = seats.map((seat) => {
      const task = this.#prepare(target, args);
      this.#backlog.bind(task, seat);
      return task.future;
    });
    return Promise.all(futures).then((results) => results.filter((result) => result !== absent));
  }

  /** Waits until `submit` takes a task. */
  async room(options: WaitOptions = {}): Promise<void> {
    this.#standing.check();
    await this.#entrance.wait(options);
  }

  /** Whether it takes no tasks any more, in a word. */
  get standing(): 'broken' | 'shut down' | undefined {
    return this.#standing.word;
  }

  /** What it has done so far. */
  stats(): ExecutorStats {
    return this.#meter.stats(this.#transport.usage(), this.#staff.size, this.#backlog.size);
  }

  /** Counts from 0 again. */
  resetStats(): void {
    this.#meter.reset(this.#transport.usage().busyTime);
  }

  /** Takes no more tasks; ends the workers when those that it has are done. */
  async shutdown(options: { wait?: boolean; cancelFutures?: boolean } = {}): Promise<void> {
    const { wait = true, cancelFutures = false } = options;
    this.#standing.closed = true;
    this.#entrance.refuse(wasShutDown);
    if (cancelFutures) {
      for (const task of this.#backlog.unstarted()) task.future.cancel();
    }
    this.#rest();
    if (wait) await this.#lifetime.ended();
  }

  /** Ends every worker at once. What is pending fails, with the pool's error. */
  terminate(message: string): void {
    this.#break({ message });
  }

  /** Takes a task back for its future, which is being cancelled. */
  withdraw(task: Task): boolean {
    if (!this.#backlog.withdraw(task)) return false;
    this.#conclude(task, 'cancelled');
    // Not now: the future is not yet marked as cancelled, and what it makes room for may look at it.
    queueMicrotask(() => this.turn());
    return true;
  }

  /** Whether a worker has started a task. */
  isRunning(task: Task): boolean {
    return task.id >= 0 && this.#transport.hasStarted(task);
  }

  /** Blocks this thread until something happened to some task, or `limit` milliseconds have passed. */
  waitSync(limit: number): void {
    const { waitSync } = this.#transport;
    if (waitSync === undefined) throw new InvalidStateError('Cannot block for a result here; await it instead');
    waitSync.call(this.#transport, Math.min(limit, this.#deadlines.rest()));
    this.#deadlines.catchUp();
  }

  find(id: number): Task | undefined {
    return this.#backlog.find(id);
  }

  ready(seat: number): void {
    if (this.#staff.ready(seat)) this.turn();
  }

  started(id: number, seat: number): void {
    const task = this.#backlog.find(id);
    if (task === undefined) return;
    task.seat = seat;
    if (!task.future.done() && !task.future.running()) task.future.setRunningOrNotifyCancel();
    if (task.control?.ended) task.control.stop();
    if (taskChannel.hasSubscribers) announce('start', this.options.name, task);
  }

  measured(_id: number, waited: number, ran: number): void {
    this.#meter.add(waited, ran);
  }

  finished(id: number, value: unknown): void {
    const task = this.#backlog.find(id);
    if (task === undefined) return;
    this.#meter.done += 1;
    this.#conclude(task, 'returned');
    if (!task.control?.ended) task.future.setResult(value);
  }

  failed(id: number, error: unknown): void {
    const task = this.#backlog.find(id);
    if (task !== undefined) this.#fail(task, error);
  }

  progressed(id: number, value: unknown): void {
    const task = this.#backlog.find(id);
    if (task !== undefined) reportProgressTo(task.future, value);
  }

  turn(): void {
    this.#backlog.refill();
    this.#entrance.admit();
    if (this.#backlog.size === 0) this.#rest();
  }

  exited(seat: number, ran: readonly number[], unstarted: readonly number[], exit?: WorkerExit): void {
    this.#staff.left(seat);
    this.#meter.setWorkers(this.#staff.size);
    for (const id of ran) this.#lose(id, exit);
    if (exit !== undefined && (exit.unready === true || this.options.onWorkerDeath === 'break'))
      this.#break({ message: `a worker ${exit.what}`, cause: exit.cause });
    for (const id of unstarted) this.#giveBack(id, exit);
    while (this.#hireAnother());
    this.turn();
  }

  #admit(): void {
    this.#standing.check();
    this.#entrance.check();
  }

  #prepare(target: Target, args: readonly unknown[], options?: TaskOptions): Task {
    const task = new Task(this, this.#submitted, options?.priority ?? 0);
    this.#transport.prepare(task, target, args, options?.transfer && listedIn(args, options.transfer));
    if ((this.#submitted & MEASURED) === 0 || this.#backlog.size <= MEASURED) task.submitted = performance.now();
    this.#submitted += 1;
    if (this.options.traceCallers) noteCaller(task);
    if (options !== undefined && (options.signal !== undefined || options.timeout !== undefined)) {
      task.watched = true;
      task.control = new TaskControl(options, this.#deadlines, {
        end: (reason) => this.#endEarly(task, reason),
        kill: () => this.#kill(task.seat),
        graceTime: this.options.graceTime,
      });
    }
    if (taskChannel.hasSubscribers) {
      task.watched = true;
      announce('submit', this.options.name, task, target.name);
    }
    if (this.#backlog.size === 0) this.#lifetime.hold();
    return task;
  }

  #giveBack(id: number, exit: WorkerExit | undefined): void {
    const task = this.#backlog.find(id);
    if (task === undefined) return;
    if (!task.bound && !task.future.done()) this.#backlog.giveBack(task);
    else if (exit === undefined) this.finished(id, absent);
    else this.#lose(id, exit);
  }

  #hire(): boolean {
    // At the end of the process no worker can be started any more: not in the place of one whose death is found then either.
    if (this.#standing.broken || isExiting()) return false;
    const hired = this.#staff.hire();
    if (hired) this.#meter.setWorkers(this.#staff.size);
    return hired;
  }

  // For tasks that were taken: if there are too many for the workers that there are, who can do them too in the end.
  #hireAnother(): boolean {
    if (this.#backlog.size + this.#transport.streams <= this.#staff.size * this.options.concurrency) return false;
    try {
      return this.#hire();
    } catch (cause) {
      if (this.#staff.size === 0) this.#break({ message: 'a worker could not be started', cause });
      return false;
    }
  }

  // No worker has to do with the task any more.
  #conclude(task: Task, outcome: 'returned' | 'threw' | 'cancelled'): void {
    this.#backlog.remove(task);
    task.control?.release();
    if (taskChannel.hasSubscribers) announce('end', this.options.name, task, outcome);
  }

  #fail(task: Task, error: unknown): void {
    this.#meter.done += 1;
    this.#meter.failed += 1;
    this.#conclude(task, 'threw');
    if (!task.future.done()) task.future.setException(withCaller(task, error));
  }

  #lose(id: number, exit: WorkerExit | undefined): void {
    this.failed(id, this.#standing.lost(exit ?? { what: 'was ended because of another task there' }));
  }

  #endEarly(task: Task, reason: unknown): void {
    if (task.future.done()) return;
    if (this.withdraw(task)) {
      task.future.setException(reason);
      return;
    }
    const control = task.control as TaskControl;
    control.ended = true;
    this.#transport.interrupt(task, reason);
    task.future.setException(reason);
    if (task.seat >= 0) control.stop();
  }

  #kill(seat: number): void {
    if (this.#staff.expel(seat)) this.#transport.killWorker(seat);
  }

  // Nothing is pending: the process may end, and so may the workers if the pool is closed.
  #rest(): void {
    if (this.#backlog.size > 0) return;
    if (this.#standing.closed) for (const seat of this.#staff.dismissAll()) this.#transport.stopWorker(seat);
    this.#lifetime.rest();
    if (!this.#standing.closed || this.#staff.present > 0 || this.#lifetime.over) return;
    this.#transport.close();
    this.#lifetime.end();
  }

  #break(why: { message: string; cause?: unknown }): void {
    if (!this.#standing.note(why)) return;
    for (const seat of this.#staff.dismissAll()) this.#transport.killWorker(seat);
    const pending = new Set([...this.#backlog.handed(), ...this.#backlog.unstarted()]);
    for (const task of pending) this.#fail(task, this.#standing.error('Cannot run the task'));
    this.#entrance.refuse(() => this.#standing.error('Cannot submit a task'));
    this.#standing.closed = true;
    this.#rest();
  }
}
