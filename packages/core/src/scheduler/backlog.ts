import { TaskQueue } from './task-queue.ts';
import { TaskTable } from './task-table.ts';
import type { Task } from './task.ts';
import type { Transport } from './transport.ts';

/** The tasks that no worker is through with: in the queue, or with the transport. */
export class Backlog {
  readonly #transport: Transport;
  readonly #capacity: () => number;
  readonly #queue = new TaskQueue();
  readonly #table = new TaskTable();
  /** How many have a priority: while there are any, few are handed over before a worker is free for them. */
  #prioritised = 0;
  /** Nothing that was handed over since the last recall has a lower priority. */
  #lowest = Infinity;
  /** How many there are, with those whose future is done while their worker is not. */
  size = 0;

  /** @param capacity Says how many tasks all workers together run at a time. */
  constructor(transport: Transport, capacity: () => number) {
    this.#transport = transport;
    this.#capacity = capacity;
  }

  /** Takes a task, and hands it over if it is its turn. */
  add(task: Task): void {
    this.size += 1;
    if (task.priority === 0 && this.#prioritised === 0) {
      if (this.#queue.size > 0 || !this.#hand(task)) this.#enqueue(task);
      return;
    }
    if (task.priority !== 0) this.#prioritised += 1;
    if ((this.#prioritised === 1 && task.priority !== 0) || task.priority > this.#lowest) this.#recall();
    this.#enqueue(task);
    this.refill();
  }

  /** Takes a task for one worker only. */
  bind(task: Task, seat: number): void {
    this.size += 1;
    task.seat = seat;
    task.bound = true;
    this.#hand(task);
  }

  /** The task that is with the transport under a number. */
  find(id: number): Task | undefined {
    return this.#table.get(id);
  }

  /** Takes a task back that has not started. It answers `false` if it has. */
  withdraw(task: Task): boolean {
    return task.id < 0 || this.#transport.withdraw(task);
  }

  /** Lets go of a task: no worker has to do with it any more. */
  remove(task: Task): void {
    if (task.id >= 0) this.#table.remove(task);
    if (task.priority !== 0) this.#prioritised -= 1;
    task.payload = undefined;
    this.size -= 1;
  }

  /** Puts a task back that the transport could not bring to a worker. */
  giveBack(task: Task): void {
    this.#table.remove(task);
    this.#queue.push(task);
  }

  /** Hands over what is next, as far as there is room. */
  refill(): void {
    const queue = this.#queue;
    if (queue.size === 0) return;
    const limit = this.#prioritised > 0 ? this.#capacity() + (this.#transport.ahead ?? 0) : Infinity;
    for (let task = queue.peek(); task !== undefined; task = queue.peek()) {
      if (!task.future.done() && (this.#table.size >= limit || !this.#hand(task))) return;
      queue.pop();
    }
  }

  /** Those that have not started, without those that were cancelled. The queue is empty afterwards. */
  unstarted(): Task[] {
    const tasks = this.#table.all().filter((task) => !this.#transport.hasStarted(task));
    for (let task = this.#queue.pop(); task !== undefined; task = this.#queue.pop())
      if (!task.future.done()) tasks.push(task);
    return tasks;
  }

  /** Those that are with the transport. */
  handed(): Task[] {
    return this.#table.all();
  }

  #enqueue(task: Task): void {
    this.#transport.keep?.(task);
    this.#queue.push(task);
  }

  #hand(task: Task): boolean {
    if (!this.#table.add(task)) return false;
    if (this.#transport.offer(task)) {
      if (task.priority < this.#lowest) this.#lowest = task.priority;
      return true;
    }
    this.#table.remove(task);
    return false;
  }

  // What was handed over cannot be overtaken.
  #recall(): void {
    this.#lowest = Infinity;
    for (const task of this.#transport.recall()) this.giveBack(task);
  }
}
