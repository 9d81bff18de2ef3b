import { inspect } from 'node:util';
import { Context, type Task, allTasks, createTask, currentTask } from '@weft/async';
import { CancelledError, InvalidStateError, fromWire, task as mark, toWire } from '@weft/core';
import { type TargetReference, simplify } from '@weft/core/lowlevel';
import { type Event, Queue, type Thread, currentThread } from '@weft/threading';
import { findTarget } from './internal/find-target.ts';

/** What a thread asks of a loop. */
export type LoopRequest =
  | { id: string; reference: TargetReference; args: unknown[]; reply: Queue<LoopReply>; answered: Event }
  | { cancel: string };

type LoopCall = Extract<LoopRequest, { id: string }>;

/** What the loop answers. */
export type LoopReply = { value: unknown } | { thrown: unknown } | { cancelled: true };

/** What a loop crosses with. */
interface LoopState {
  requests: Queue<LoopRequest>;
  thread: Thread;
}

/**
 * The event loop of one thread, as other threads see it: they have functions run there with `runCoroutineThreadsafe`.
 *
 * {@link getRunningLoop} gives it. It can be sent to any thread, and serves requests until the `run` that it belongs to
 * is over; in a task outside of any run, until that task is done.
 *
 * @see https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.get_running_loop
 * @example
 * export function readPage(loop: Loop, url: string) {
 *   return runCoroutineThreadsafe(fetchPage, loop, url).resultSync();
 * }
 */
export class Loop {
  static {
    mark(import.meta, this);
  }
  /** @internal */
  readonly requests: Queue<LoopRequest>;
  /** @internal The one that serves. */
  readonly thread: Thread;

  /** @internal */
  constructor(requests: Queue<LoopRequest>, thread: Thread) {
    this.requests = requests;
    this.thread = thread;
  }

  /** Crosses as the same loop. */
  [toWire](): LoopState {
    return { requests: this.requests, thread: this.thread };
  }

  /** Makes the loop again in another thread. */
  static [fromWire]({ requests, thread }: LoopState): Loop {
    return new Loop(requests, thread);
  }

  [inspect.custom](): string {
    return `Loop { ${this.requests.isShutdown ? 'closed' : 'serving'} }`;
  }
}

/** The loops of this thread that serve, by the tasks that do it. */
const serving = new Map<Task, { loop: Loop; asker: Task }>();

/**
 * Gives the event loop of this thread, as the current run has it, to be sent to others.
 *
 * @returns The same loop for as long as the `run` lasts; in a task outside of any run, as long as that task.
 * @throws {InvalidStateError} Outside of any task.
 * @see https://docs.python.org/3/library/asyncio-eventloop.html#asyncio.get_running_loop
 * @example
 * await asyncio.run(async () => {
 *   console.log(getRunningLoop() === getRunningLoop()); // true
 * });
 */
export function getRunningLoop(): Loop {
  const asker = currentTask();
  if (asker === undefined) throw new InvalidStateError('Cannot get the running loop: call this inside of run()');
  // Runs may go on side by side, and a loop ends with its own: its task is one of those of that run.
  const tasks = allTasks();
  for (const [server, known] of serving) {
    if (asker.inRun ? tasks.has(server) : known.asker === asker) return known.loop;
  }
  const loop = new Loop(new Queue<LoopRequest>(), currentThread());
  const server: Task = createTask(() => serve(loop.requests), { name: 'loop for other threads' });
  serving.set(server, { loop, asker });
  server.addDoneCallback(() => serving.delete(server));
  // Nobody else would end it, and it keeps the program alive.
  if (!asker.inRun) asker.addDoneCallback(() => server.cancel());
  return loop;
}

/** Whether this thread is the one that serves a loop, so that it must not block for what the loop does. */
export function isServedHere(loop: Loop): boolean {
  return [...serving.values()].some((known) => known.loop === loop);
}

async function serve(requests: Queue<LoopRequest>): Promise<void> {
  const running = new Map<string, Task<void>>();
  try {
    for (;;) {
      const request = await requests.get();
      if ('cancel' in request) running.get(request.cancel)?.cancel();
      else start(request, running);
    }
  } finally {
    requests.shutdown();
    refuse(requests);
    for (const task of running.values()) if (task.cancelling() === 0) task.cancel();
  }
}

// What came in too late to be begun: whoever asked is told, and does not wait for ever.
function refuse(requests: Queue<LoopRequest>): void {
  while (!requests.empty()) {
    const request = requests.getNowait();
    if ('id' in request) give(request, { cancelled: true });
  }
}

function start(request: LoopCall, running: Map<string, Task<void>>): void {
  const name = `${request.reference.name} for another thread`;
  // What the task that serves has set is not the caller's.
  const task = createTask(() => answer(request), { name, context: new Context() });
  running.set(request.id, task);
  task.addDoneCallback(() => {
    running.delete(request.id);
    if (task.cancelled()) give(request, { cancelled: true });
  });
}

async function answer(call: LoopCall): Promise<void> {
  try {
    const target = await findTarget(call.reference);
    // What cannot cross is refused here, and that is the outcome.
    give(call, { value: await target(...call.args) });
  } catch (thrown) {
    // Whoever asked is told of a cancellation when the task has ended, and of all else here.
    if (thrown instanceof CancelledError && currentTask()?.cancelling()) throw thrown;
    giveThrown(call, thrown);
  }
}

function giveThrown(call: LoopCall, thrown: unknown): void {
  try {
    give(call, { thrown });
  } catch {
    // Something in it cannot cross: that arrives in its printed form, as from a pool.
    give(call, { thrown: simplify(thrown, 'thread') });
  }
}

function give({ reply, answered }: LoopCall, outcome: LoopReply): void {
  reply.putNowait(outcome);
  answered.set();
}
