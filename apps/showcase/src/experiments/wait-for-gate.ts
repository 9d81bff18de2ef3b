import type { multiprocessing, threading } from '@weft/combined';

type Ready = threading.Semaphore | multiprocessing.Semaphore;
type Gate = threading.Event | multiprocessing.Event;

/** What a thread or process does: it says that it is there, and waits. */
export function waitForGate(ready: Ready, gate: Gate): void {
  ready.release();
  gate.waitSync();
}
