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
  return future && capture(future);
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
  if (future !== undefined) {
    const graph = captureCallGraph(future);
    return tree(graph, new Set(), 'awaited by ', describeGraph, ({ awaitedBy }) => awaitedBy).join('\n');
  }
  const below = new Map<Future, Task[]>();
  const roots: Task[] = [];
  for (const task of allTasks()) {
    const above = tasksAbove(task);
    if (above.size === 0) roots.push(task);
    for (const each of above) {
      const known = below.get(each);
      if (known === undefined) below.set(each, [task]);
      else known.push(task);
    }
  }
  const shown = new Set<Task>();
  const text = (task: Task): string => line(task._describe(), task._stateName, task._waitsFor());
  const from = (task: Task): string[] => tree(task, shown, '', text, (each) => below.get(each) ?? []);
  const all = roots.flatMap((root) => from(root));
  // Those who await each other in a circle stand below nobody.
  for (const task of allTasks()) if (!shown.has(task)) all.push(...from(task));
  return all.join('\n');
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

/** A future whose awaiters are gone through. */
interface Branch {
  readonly future: Future;
  /** Those that are left. */
  readonly awaiters: Future[];
  /** What its graph has of them so far. */
  readonly awaitedBy: CallGraph[];
}

// No recursion: tasks may await each other thousands deep.
function capture(root: Future): CallGraph {
  const known = new Map<Future, CallGraph>();
  const open: Branch[] = [];
  const enter = (future: Future): CallGraph => {
    const awaitedBy: CallGraph[] = [];
    open.push({ future, awaiters: awaitersOf(future).reverse(), awaitedBy });
    const graph = graphOf(future, awaitedBy);
    known.set(future, graph);
    return graph;
  };
  const graph = enter(root);
  // Those that it is gone through for: where tasks await each other, the graph ends.
  const path = new Set([root]);
  for (let branch = open.at(-1); branch !== undefined; branch = open.at(-1)) {
    const next = branch.awaiters.pop();
    if (next === undefined) path.delete((open.pop() as Branch).future);
    else if (!path.has(next)) {
      branch.awaitedBy.push(known.get(next) ?? enter(next));
      if (open.at(-1) !== branch) path.add(next);
    }
  }
  return graph;
}

function graphOf(future: Future, awaitedBy: readonly CallGraph[]): CallGraph {
  const task = future instanceof Task ? (future as Task) : undefined;
  return {
    future,
    name: future._describe(),
    state: future._stateName,
    waits: task?._waitsFor(),
    createdAt: task?._extras?.site?.toString(),
    awaitedBy,
  };
}

function awaitersOf(future: Future): Future[] {
  return future
    ._observersNow()
    .map((observer) => awaiterOf(observer))
    .filter((awaiter) => awaiter !== undefined);
}

function awaiterOf(observer: FutureObserver): Future | undefined {
  if (observer instanceof FutureWait) return observer.owner;
  if (observer instanceof TaskGroup) return observer._parent;
  if (observer instanceof Future) return observer as Future;
  return undefined;
}

/** The nearest tasks above: those in between, such as a gather, are no tasks. */
function tasksAbove(task: Task): Set<Future> {
  const seen = new Set<Future>(awaitersOf(task));
  const above = new Set<Future>();
  // A set may grow while it is gone through.
  for (const each of seen) {
    if (each instanceof Task) above.add(each);
    else for (const next of awaitersOf(each)) seen.add(next);
  }
  return above;
}

/**
 * Draws what stands below a node; what is below one that comes several times is drawn once.
 *
 * @param shown The nodes that were drawn.
 */
function tree<N>(
  root: N,
  shown: Set<N>,
  verb: string,
  text: (node: N) => string,
  below: (node: N) => readonly N[],
): string[] {
  const drawn: string[] = [];
  // No recursion: tasks may await each other thousands deep.
  const open = [{ node: root, head: '', indent: '' }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { node, head, indent } = next;
    const children = below(node);
    const again = shown.has(node) && children.length > 0;
    shown.add(node);
    drawn.push(`${head}${text(node)}${again ? ', see above' : ''}`);
    if (again) continue;
    for (let index = children.length - 1; index >= 0; index -= 1) {
      const last = index === children.length - 1;
      open.push({
        node: children[index] as N,
        head: `${indent}${last ? '└── ' : '├── '}${verb}`,
        indent: `${indent}${last ? '    ' : '│   '}`,
      });
    }
  }
  return drawn;
}

function describeGraph({ name, state, waits }: CallGraph): string {
  return line(name, state, waits);
}

function line(name: string, state: string, waits: string | undefined): string {
  return waits === undefined ? `${name}, ${state}` : `${name} waits ${waits}`;
}
