import type { Channel } from 'node:diagnostics_channel';
import type { WaitMessage } from './diagnostics.ts';

/** What is told of a wait. */
interface Observed {
  readonly subject: object;
  readonly events: Channel;
  readonly action: string;
}

/** Tells those who watch that a wait begins, and ends. */
export function observed<T>(wait: Observed, promise: Promise<T>): Promise<T> {
  publish(wait, 'wait-begin');
  return promise.finally(() => publish(wait, 'wait-end'));
}

/** The same of a wait that blocks. */
export function observedSync<T>(wait: Observed, body: () => T): T {
  if (!wait.events.hasSubscribers) return body();
  publish(wait, 'wait-begin');
  try {
    return body();
  } finally {
    publish(wait, 'wait-end');
  }
}

function publish({ subject, events, action }: Observed, event: WaitMessage['event']): void {
  events.publish({ event, subject, action } satisfies WaitMessage);
}
