import { Deque } from '@weft/core/lowlevel';

import type { Task, TaskWait } from '../task.ts';

const resolved = Promise.resolve();
const tasks = new Deque<Task>();

/**
 * Stands in the place of a wait that a cancellation has ended until the code goes on that waited. One more cancellation
 * is the same to that code, as in asyncio: it must not meet the first wait of its cleanup.
 */
const DELIVERY: TaskWait = { owner: undefined, interrupt: () => true, describe: () => 'to resume' };

/**
 * Ends a wait of a task with a cancellation.
 *
 * @returns Whether the wait took it, or one that came before is still on its way.
 */
export function deliver(task: Task, wait: TaskWait, error: Error): boolean {
  if (wait === DELIVERY) return true;
  // In the job before the one in which the code goes on: what that cancels itself counts anew.
  tasks.pushBack(task);
  void resolved.then(endNext);
  if (!wait.interrupt(error)) return false;
  task._wait ??= DELIVERY;
  return true;
}

function endNext(): void {
  tasks.popFront()?._leave(DELIVERY);
}
