import { channel } from 'node:diagnostics_channel';

/** What `weft:lock` and `weft:queue` tell their subscribers. */
export interface WaitMessage {
  /** A wait that could not be granted at once begins or ends; an item is put or taken. */
  readonly event: 'wait-begin' | 'wait-end' | 'put' | 'get';
  /** The lock, queue or other primitive. */
  readonly subject: unknown;
  /** What all processes know a queue by, where an item is put or taken. */
  readonly id?: string;
  /** What is waited for, as an infinitive. */
  readonly action?: string;
}

/** Waits for locks, semaphores, events, conditions and barriers. */
export const lockEvents: ReturnType<typeof channel> = channel('weft:lock');
/** Items put and taken, and waits for them. */
export const queueEvents: ReturnType<typeof channel> = channel('weft:queue');
