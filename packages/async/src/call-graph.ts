import { allTasks, currentTask } from './current-task.ts';
import { Future, type FutureObserver } from './future.ts';
import { FutureWait } from './internal/future-wait.ts';
import { Task } from './task.ts';
import { TaskGroup } from './task-group.ts';

/** A future or task, and who awaits it. */
export interface CallGraph {
  /** The future or task itself. */
  readonly future: Future;
  /** What it is: `task 'download'`. */
  readonly name: string;
  /** `pending`, `finished`, `failed` or `cancelled`. */
  readonly state: string;
  /** What a task waits for, as a clause: `to acquire a lock`. */
  readonly waits: string | undefined;
  /** Where a task was created, if that was recorded. */
  readonly createdAt: string | undefined;
  /** Those who go on when it is done. */
  readonly awaitedBy: readonly CallGraph[];
}

/** Where a call graph is printed. */
export interface PrintOptions {
  /** What it is written to, standard output if left out. */
  file?: { write(text: string): unknown } | undefined;
}

/**
 * Captures who awaits a future, and who awaits those.
 *
 * @param future A future or task; left out, the current task.
 * @returns The graph, `undefined` if no future is given and the caller runs in no task.
 * @see https://docs.python.org/3/library/asyncio-graph.html#asyncio.capture_call_graph
 * @example
 * const task = createTask(() => download(url));
 * const names = captureCallGraph(task).awaitedBy.map(({ name }) => name);
 */
export function captureCallGraph(future: Future): CallGraph;
export function captureCallGraph(): CallGraph | undefined;
export function captureCallGraph(future: Future | undefined = currentTask()): CallGraph | undefined {
  return future && capture(future, new Set());
}

/**
 * Says who awaits whom. With a future, those above it; without one, all tasks of the run as a tree, each below the one
 * that awaits it, as `python -m asyncio pstree` does.
 *
 * @param future A future or task; left out, all tasks.
 * @returns Lines, one for each task; empty if there is none.
 * @see https://docs.python.org/3/library/asyncio-graph.html#asyncio.format_call_graph
 * @example
 * console.log(formatCallGraph());
 */
export function formatCallGraph(future?: Future): string {
  if (future !== undefined)
    return lines(captureCallGraph(future), ({ awaitedBy }) => awaitedBy, 'awaited by ').join('\n');
  const graphs = [...allTasks()].map((task) => captureCallGraph(task));
  const below = new Map<Future, CallGraph[]>();
  const roots: CallGraph[] = [];
  for (const graph of graphs) {
    const above = tasksAbove(graph);
    if (above.size === 0) roots.push(graph);
    for (const task of above) below.set(task, [...(below.get(task) ?? []), graph]);
  }
  return roots.flatMap((root) => lines(root, (graph) => below.get(graph.future) ?? [], '')).join('\n');
}

/**
 * Prints {@link formatCallGraph}.
 *
 * @param future A future or task; left out, all tasks.
 * @param options Where it is printed.
 * @see https://docs.python.org/3/library/asyncio-graph.html#asyncio.print_call_graph
 * @example
 * printCallGraph();
 * // task 'main' waits for a gather of 2
 * // ├── task 'download' waits to acquire a lock
 * // └── task 'report' waits to get an item
 */
export function printCallGraph(future?: Future, { file = process.stdout }: PrintOptions = {}): void {
  file.write(`${formatCallGraph(future)}\n`);
}

function capture(future: Future, path: ReadonlySet<Future>): CallGraph {
  const seen = new Set(path).add(future);
  const task = future instanceof Task ? (future as Task) : undefined;
  return {
    future,
    name: future._describe(),
    state: future._stateName,
    waits: task?._waitsFor(),
    createdAt: task?._extras?.site?.toString(),
    awaitedBy: future
      ._observersNow()
      .map((observer) => awaiterOf(observer))
      .filter((awaiter) => awaiter !== undefined && !seen.has(awaiter))
      .map((awaiter) => capture(awaiter as Future, seen)),
  };
}

function awaiterOf(observer: FutureObserver): Future | undefined {
  if (observer instanceof FutureWait) return observer.owner;
  if (observer instanceof TaskGroup) return observer._parent;
  if (observer instanceof Future) return observer as Future;
  return undefined;
}

/** The nearest tasks above: those in between, such as a gather, are no tasks. */
function tasksAbove({ awaitedBy }: CallGraph): Set<Future> {
  const above = new Set<Future>();
  for (const graph of awaitedBy) {
    if (graph.future instanceof Task) above.add(graph.future);
    else for (const task of tasksAbove(graph)) above.add(task);
  }
  return above;
}

function lines(root: CallGraph | undefined, next: (graph: CallGraph) => readonly CallGraph[], verb: string): string[] {
  if (root === undefined) return [];
  const children = next(root);
  const text = [line(root)];
  for (const [index, child] of children.entries()) {
    const last = index === children.length - 1;
    const [head, ...rest] = lines(child, next, verb);
    text.push(`${last ? '└── ' : '├── '}${verb}${head}`, ...rest.map((each) => `${last ? '    ' : '│   '}${each}`));
  }
  return text;
}

function line({ name, state, waits }: CallGraph): string {
  return waits === undefined ? `${name}, ${state}` : `${name} waits ${waits}`;
}
