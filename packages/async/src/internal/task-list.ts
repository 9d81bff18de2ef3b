import type { Task } from '../task.ts';
import type { TaskRegistry } from './task-registry.ts';

/** The pending tasks of a run or of a group. The links are in the tasks; being in the list keeps a task from collection. */
export class TaskList {
  head: Task | undefined = undefined;
  size = 0;
  readonly registry: TaskRegistry;

  constructor(registry: TaskRegistry) {
    this.registry = registry;
  }

  add(task: Task): void {
    const { head } = this;
    task._next = head;
    if (head !== undefined) head._previous = task;
    this.head = task;
    this.size += 1;
  }

  remove(task: Task): void {
    const { _previous: previous, _next: next } = task;
    if (previous !== undefined) previous._next = next;
    else if (this.head === task) this.head = next;
    if (next !== undefined) next._previous = previous;
    task._previous = undefined;
    task._next = undefined;
    this.size -= 1;
  }

  /** The tasks, oldest first. */
  tasks(): Task[] {
    const tasks: Task[] = [];
    for (let task = this.head; task !== undefined; task = task._next) tasks.push(task);
    return tasks.reverse();
  }
}
