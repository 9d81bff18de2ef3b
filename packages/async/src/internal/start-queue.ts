import { Deque } from '@weft/core/lowlevel';

import type { Task } from '../task.ts';

const resolved = Promise.resolve();
const tasks = new Deque<Task>();

/**
 * Starts a task soon, in a promise job of its own: the job carries the creator's async context, so that nothing leaks
 * from one creator to another. Jobs run in order, so each finds its own task at the head of the queue: that saves a
 * closure for each.
 */
export function startSoon(task: Task): void {
  tasks.pushBack(task);
  void resolved.then(startNext);
}

function startNext(): void {
  tasks.popFront()?._start(false);
}
