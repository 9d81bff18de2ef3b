import { type Channel, channel } from 'node:diagnostics_channel';
import type { Task } from './task.ts';

/** What is published on the diagnostics channel `weft:task`. */
export interface TaskEvent {
  readonly type: 'submit' | 'start' | 'end';
  /** The executor, by its name. */
  readonly pool: string;
  /** How many tasks its executor took before. */
  readonly task: number;
  /** The name of the function. */
  readonly target: string;
  /** The worker's seat, from 0 on, where it is known. */
  readonly worker?: number | undefined;
  /** How it ended. */
  readonly outcome?: 'returned' | 'threw' | 'cancelled' | undefined;
}

/**
 * The diagnostics channel on which executors tell what becomes of their tasks. Without subscribers it costs nothing.
 *
 * @see https://nodejs.org/api/diagnostics_channel.html
 */
export const taskChannel: Channel = channel('weft:task');

const names = new WeakMap<Task, string>();

/** Publishes what became of a task; only called while somebody subscribes. */
export function announce(type: 'submit' | 'start' | 'end', pool: string, task: Task, detail?: string): void {
  if (type === 'submit') names.set(task, detail ?? '');
  const outcome = type === 'end' ? (detail as TaskEvent['outcome']) : undefined;
  const worker = task.seat < 0 ? undefined : task.seat;
  const event: TaskEvent = { type, pool, task: task.order, target: names.get(task) ?? '', worker, outcome };
  taskChannel.publish(event);
}
