import { type MessagePort, type Worker, receiveMessageOnPort } from 'node:worker_threads';
import { strikeOffFamily } from './registry.ts';
import { serveShelf } from './shelf.ts';

/** A thread that this thread has started. */
export interface Child {
  ident: number;
  worker: Worker;
  /** The near end of a channel whose far end closes with the thread. Nobody listens on it: it is polled. */
  port: MessagePort;
  /** Whether the process may end without it; left out for threads that end by themselves when they should. */
  daemon?: boolean;
  /** Called with each message that the thread sent on the port. */
  onMessage(message: unknown): void;
  /** Called once, when the thread is known to have ended. */
  onEnd(): void;
}

/** How often a thread that blocks looks after those that it has started, in milliseconds. */
const REAP_INTERVAL = 100;

const children = new Map<number, Child>();
let lastReap = 0;

/** Begins to look after a thread. */
export function adopt(child: Child): void {
  children.set(child.ident, child);
  child.worker.once('exit', () => bury(child));
}

/** The threads that this thread has started and that have not ended. */
export function living(): IterableIterator<Child> {
  return children.values();
}

/** A thread that this thread has started and that has not ended. */
export function childOf(ident: number): Child | undefined {
  return children.get(ident);
}

/**
 * Finds the threads that have ended, and hears and answers what the others have to say, without the event loop.
 *
 * A thread that was terminated or ran out of memory runs no code at its end, so somebody else must notice. The event
 * `exit` says it as soon as the loop turns; a thread that blocks calls this now and then instead.
 */
export function reap(): void {
  for (const child of children.values()) if (!hasOpenPort(child)) bury(child);
  serveShelf();
}

/** Does the same as {@link reap}, but not more often than is worth the while. For threads that block. */
export function reapNowAndThen(): void {
  const now = performance.now();
  if (now - lastReap < REAP_INTERVAL) return;
  lastReap = now;
  reap();
}

/** Hears what a thread has said so far. */
export function listen(child: Child): void {
  for (;;) {
    const received = receiveMessageOnPort(child.port) as { message: unknown } | undefined;
    if (received === undefined) return;
    child.onMessage(received.message);
  }
}

function bury(child: Child): void {
  if (!children.delete(child.ident)) return;
  listen(child);
  child.port.close();
  // It may have struck itself off already; whatever it started ended with it all the same.
  strikeOffFamily(child.ident);
  child.onEnd();
}

// When the far end is gone, receiving closes this end; and a closed port cannot be transferred, not even to where it is.
function hasOpenPort(child: Child): boolean {
  listen(child);
  try {
    child.port = structuredClone(child.port, { transfer: [child.port] });
    return true;
  } catch {
    return false;
  }
}
