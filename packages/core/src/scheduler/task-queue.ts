import { Deque } from '../internal/deque.ts';
import { Heap } from '../internal/heap.ts';
import type { Task } from './task.ts';

/**
 * The tasks that no transport has room for: by priority, and in the order of submission within one.
 *
 * While all have priority 0, which is nearly always, it is a plain deque.
 */
export class TaskQueue {
  readonly #plain = new Deque<Task>();
  readonly #sorted = new Heap<Task>((a, b) => b.priority - a.priority || a.order - b.order);

  /** How many tasks there are, cancelled ones included. */
  get size(): number {
    return this.#plain.size + this.#sorted.size;
  }

  /** Adds a task behind those that come before it. */
  push(task: Task): void {
    if (task.priority === 0 && this.#sorted.size === 0 && this.#follows(task)) this.#plain.pushBack(task);
    else this.#sort(task);
  }

  /** The task that is next, left where it is. */
  peek(): Task | undefined {
    return this.#sorted.size > 0 ? this.#sorted.peek() : this.#plain.peekFront();
  }

  /** Takes the task that is next. */
  pop(): Task | undefined {
    return this.#sorted.size > 0 ? this.#sorted.pop() : this.#plain.popFront();
  }

  #follows(task: Task): boolean {
    const last = this.#plain.peekBack();
    return last === undefined || last.order < task.order;
  }

  #sort(task: Task): void {
    for (let plain = this.#plain.popFront(); plain !== undefined; plain = this.#plain.popFront())
      this.#sorted.push(plain);
    this.#sorted.push(task);
  }
}
