import { Deque } from '@weft/core/lowlevel';

import type { Task } from '../task.ts';

const resolved = Promise.resolve();
const tasks = new Deque<Task>();
const later = new Deque<Task>();

/**
 * Starts a task soon, in a promise job of its own: the job carries the creator's async context, so that nothing leaks
 * from one creator to another. Jobs run in order, so each finds its own task at the head of the queue: that saves a
 * closure for each.
 */
export function startSoon(task: Task): void {
  tasks.pushBack(task);
  void resolved.then(startNext);
}

/** As {@link startSoon}, but one promise job later: whoever awaits a promise that is rejected already goes on before. */
export function startLater(task: Task): void {
  later.pushBack(task);
  void resolved.then(startNextSoon);
}

function startNextSoon(): void {
  startSoon(later.popFront() as Task);
}

function startNext(): void {
  tasks.popFront()?._start(false);
}
