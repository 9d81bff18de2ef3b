import { type RunOptions, run, sleep } from '@weft/async';

/** A test's body, run as the main task. */
export function inRun(body: () => Promise<void>, options: RunOptions = {}): () => Promise<void> {
  return () => run(body, { handleSigint: false, ...options });
}

/** Lets every task that is ready to go on do so, a few times over. */
export async function turns(count = 3): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await sleep(0);
}

/** What an attempt throws, at once or later. */
export async function thrownBy(attempt: () => unknown): Promise<unknown> {
  try {
    await attempt();
  } catch (error) {
    return error;
  }
  throw new Error('Expected a failure');
}
