import { setImmediate } from 'node:timers/promises';

/**
 * Lets everything run that is ready to run in this thread: microtasks, then what the event loop has at hand.
 *
 * It says nothing about other threads and processes: use it before looking that something has *not* happened, and
 * wait for the thing itself where it must happen.
 *
 * @param rounds How many turns of the event loop, 3 if left out.
 */
export async function flush(rounds = 3): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await setImmediate();
}
