import { type AsyncHook, createHook } from 'node:async_hooks';

import type { Future } from '../future.ts';
import type { Task } from '../task.ts';
import { traceCancellations } from './cancellation.ts';
import type { TaskRegistry } from './task-registry.ts';
import { taskStore } from './task-store.ts';

/** Whether any run is in debug mode. Looked at before any of the functions below is called: mostly it is false. */
export let debugging = false;

const registries = new Set<TaskRegistry>();
const neverAwaited = new Map<Future, TaskRegistry>();
const stepStarts: number[] = [];
let hook: AsyncHook | undefined;
/** The task whose first step runs: that step began in the context of the task's creator. */
let starting: Task | undefined;

/** Begins to watch the steps and the tasks of a run. */
export function watchRun(registry: TaskRegistry): void {
  registries.add(registry);
  if (debugging) return;
  debugging = true;
  traceCancellations(true);
  hook ??= createHook({ before: () => void stepStarts.push(performance.now()), after: endStep });
  hook.enable();
}

/** Ends it, and reports the tasks that nobody awaited. */
export function unwatchRun(registry: TaskRegistry): void {
  for (const [future, owner] of neverAwaited) {
    if (owner !== registry) continue;
    neverAwaited.delete(future);
    if (future._failed) continue; // reported as a failure
    const { task, createdAt } = future._report();
    registry.report({
      kind: 'never-awaited',
      message: `Task '${task}' was never awaited`,
      task,
      createdAt,
      error: undefined,
    });
  }
  registries.delete(registry);
  if (registries.size > 0) return;
  debugging = false;
  traceCancellations(false);
  hook?.disable();
  stepStarts.length = 0;
}

/** A task was created: somebody should await it. */
export function noteCreated(task: Task): void {
  const { registry } = task._list;
  if (registry.debug) neverAwaited.set(task, registry);
}

/** A task starts: its first step is its own. */
export function noteStarting(task: Task): void {
  starting = task;
}

/** Somebody awaits a future, or looks at its outcome. */
export function noteAwaited(future: Future): void {
  neverAwaited.delete(future);
}

// A step is what runs between two returns to the event loop's queues: one callback, one promise job.
function endStep(): void {
  const start = stepStarts.pop();
  const task = starting ?? taskStore.getStore();
  starting = undefined;
  if (start === undefined || task === undefined) return;
  const { registry } = task._list;
  const took = performance.now() - start;
  if (!registry.debug || took < registry.slowCallbackDuration) return;
  const { createdAt } = task._report();
  const message = `Task '${task.name}' blocked the event loop for ${Math.round(took)} ms`;
  registry.report({ kind: 'slow-step', message, task: task.name, createdAt, error: undefined });
}
