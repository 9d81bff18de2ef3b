import { inspect } from 'node:util';

import { setAmbientTask } from '@weft/core/lowlevel';

import { Context, currentValues } from './context.ts';
import { DeadlockError, deadlockReport } from './deadlock-error.ts';
import { captureSite } from './internal/creation-site.ts';
import { registryOf } from './internal/current-registry.ts';
import { debugging, noteCreated } from './internal/debug-watch.ts';
import { startSoon } from './internal/start-queue.ts';
import { taskChannel } from './internal/task-channel.ts';
import type { TaskList } from './internal/task-list.ts';
import { outside } from './internal/task-registry.ts';
import { taskStore } from './internal/task-store.ts';
import { whenIdle } from './internal/when-idle.ts';
import { Task, type TaskBody } from './task.ts';

/** How a task is to be made. */
export interface TaskOptions {
  /** @default 'Task-1' and so on */
  name?: string | undefined;
  /** The context to run in, shared and not copied. Left out, a copy of the current one. */
  context?: Context | undefined;
  /** Starts the function before `createTask` returns instead of soon after; it runs until its first wait. */
  eager?: boolean | undefined;
}

let numbered = 0;
let announced = false;
let watchesOutside = false;

/**
 * Runs a function as a task, next to the caller.
 *
 * @param body An async function without parameters; it starts soon, in creation order.
 * @param options Its name, its context, and whether it starts at once.
 * @returns The task. Await it, put it into a `gather` or use a `TaskGroup`: a failure that nobody looks at is reported.
 * @throws {TypeError} If `body` is no function, for instance a promise: what runs already cannot be cancelled.
 * @see https://docs.python.org/3/library/asyncio-task.html#asyncio.create_task
 * @example
 * const task = createTask(() => download(url), { name: 'download' });
 * await task;
 */
export function createTask<T>(body: TaskBody<T>, options?: TaskOptions): Task<T> {
  const parent = taskStore.getStore();
  const registry = registryOf(parent);
  if (registry === outside && !watchesOutside) watchOutside();
  return spawn(body, parent, registry.own, options, createTask);
}

/**
 * Makes a task in a list and has it started.
 *
 * @internal
 * @param above The function whose caller is said to have created the task; left out, nobody is.
 * @param start Has it started, unless it is eager.
 */
export function spawn<T>(
  body: TaskBody<T>,
  parent: Task | undefined,
  list: TaskList,
  options: TaskOptions | undefined,
  above: Function | undefined,
  start: (task: Task) => void = startSoon,
): Task<T> {
  if (typeof body !== 'function') {
    throw new TypeError(`Cannot make a task of ${describe(body)}: it must be a function, such as () => work()`);
  }
  const context = options?.context;
  if (context !== undefined && !(context instanceof Context))
    throw new TypeError(`Cannot run a task in the context ${inspect(context)}: it is no Context`);
  if (!announced) {
    announced = true;
    setAmbientTask(
      () => taskStore.getStore(),
      (body) => taskStore.run(undefined as never, body),
    );
  }
  const task = new Task<T>(body, list, options?.name ?? (numbered += 1), context ?? currentValues());
  const site = above && captureSite(above, list.registry.debug);
  if (site !== undefined) task._extras = { site, abort: undefined };
  if (debugging) noteCreated(task as Task);
  if (taskChannel.hasSubscribers) taskChannel.publish({ type: 'created', task, name: task.name, parent: parent?.name });
  if (options?.eager) task._start(true);
  else start(task as Task);
  return task;
}

/** Says which tasks are stuck when the program leaves without a `run` that could tell. */
function watchOutside(): void {
  watchesOutside = true;
  const stop = whenIdle(() => {
    const tasks = outside.tasks();
    if (tasks.length === 0) return;
    stop();
    outside.report(deadlockReport(new DeadlockError(tasks)));
  });
}

function describe(value: unknown): string {
  return value instanceof Promise ? 'a promise' : inspect(value);
}
