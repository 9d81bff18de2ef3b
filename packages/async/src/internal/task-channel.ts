import { type Channel, channel } from 'node:diagnostics_channel';

/** Tells tools about tasks. Look at `hasSubscribers` before you make a message: mostly nobody listens. */
export const taskChannel: Channel<TaskMessage> = channel('weft:task') as Channel<TaskMessage>;

/** What the diagnostics channel `weft:task` publishes. */
export interface TaskMessage {
  /** What happened to the task. */
  type: 'created' | 'started' | 'waiting' | 'done';
  /** The task itself. */
  task: object;
  /** Its name. */
  name: string;
  /** What it waits for, as a clause such as `to acquire a lock`. */
  waits?: string;
  /** How it ended: `finished`, `failed` or `cancelled`. */
  state?: string;
  /** The name of the task that created it. */
  parent?: string | undefined;
}
