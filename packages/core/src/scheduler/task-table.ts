import type { Task } from './task.ts';

const INDEX_BITS = 16;
const CAPACITY = 1 << INDEX_BITS;
const INDEX_MASK = CAPACITY - 1;

/** The tasks that are with the transport, by the number under which they crossed. */
export class TaskTable {
  readonly #tasks: (Task | undefined)[] = [];
  readonly #free: number[] = [];
  #size = 0;

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** Gives a task a number, in `task.id`. It answers `false` if there are too many. */
  add(task: Task): boolean {
    const free = this.#free;
    if (free.length > 0) {
      // The upper bits count how often an index was used, so that a late report about an earlier task finds nobody.
      task.id = ((free.pop() as number) + CAPACITY) & 0x7fff_ffff;
      this.#tasks[task.id & INDEX_MASK] = task;
    } else {
      if (this.#tasks.length === CAPACITY) return false;
      task.id = this.#tasks.length;
      this.#tasks.push(task);
    }
    this.#size += 1;
    return true;
  }

  /** The task of that number, if it is still there. */
  get(id: number): Task | undefined {
    const task = this.#tasks[id & INDEX_MASK];
    return task !== undefined && task.id === id ? task : undefined;
  }

  /** Takes a task out, and its number from it. */
  remove(task: Task): void {
    const { id } = task;
    this.#tasks[id & INDEX_MASK] = undefined;
    this.#free.push(id);
    task.id = -1;
    this.#size -= 1;
  }

  /** All of them, in no order. */
  all(): Task[] {
    return this.#tasks.filter((task) => task !== undefined);
  }
}
