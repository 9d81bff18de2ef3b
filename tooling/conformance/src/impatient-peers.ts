/**
 * What the hammers run here and in another thread or process; this module loads nothing of vitest.
 */
import { closeSync, openSync, unlinkSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { Random } from '@weft/testkit/random';
import type { LockLike } from './lock.ts';
import type { SimpleQueueLike } from './queue.ts';
import type { SemaphoreLike } from './semaphore.ts';

/**
 * Takes and gives back again and again, waiting at most a moment; while it holds the lock, nobody else may be inside.
 *
 * @param inside The path of a file that is there while somebody is inside.
 * @returns How often it got in.
 */
export async function takeImpatiently(
  lock: LockLike,
  inside: string,
  seed: number,
  rounds: number,
  blocking: boolean,
): Promise<number> {
  const random = new Random(seed);
  let entered = 0;
  for (let round = 0; round < rounds; round += 1) {
    const guard = await takeWithin(lock, random, blocking);
    if (!guard) continue;
    entered += 1;
    // Fails if the file is there: two are inside.
    closeSync(openSync(inside, 'wx'));
    if (!blocking && random.chance(0.2)) await Promise.resolve();
    unlinkSync(inside);
    guard[Symbol.dispose]();
  }
  return entered;
}

/** The same with the permits of a semaphore, of which several may be held at once. */
export async function takePermitsImpatiently(
  semaphore: SemaphoreLike,
  seed: number,
  rounds: number,
  blocking: boolean,
): Promise<number> {
  const random = new Random(seed);
  let entered = 0;
  for (let round = 0; round < rounds; round += 1) {
    const guard = await takeWithin(semaphore, random, blocking);
    if (!guard) continue;
    entered += 1;
    if (!blocking && random.chance(0.2)) await Promise.resolve();
    guard[Symbol.dispose]();
  }
  return entered;
}

/** Takes `count` items, waiting at most a moment for each and trying again. */
export async function getImpatiently(
  queue: SimpleQueueLike,
  count: number,
  seed: number,
  blocking: boolean,
): Promise<unknown[]> {
  const random = new Random(seed);
  const items: unknown[] = [];
  const end = performance.now() + 20_000;
  while (items.length < count) {
    if (performance.now() > end) throw new Error(`Only ${items.length} of ${count} items came (seed ${seed})`);
    const timeout = random.pick([0, 0.01, 0.2, 1]);
    try {
      if (random.chance(0.2)) items.push(queue.getNowait());
      else if (blocking) items.push(queue.getSync?.({ timeout }));
      else items.push(await queue.get({ timeout, signal: random.chance(0.3) ? abortSoon(random) : undefined }));
    } catch (error) {
      if (!['QueueEmptyError', 'AbortError'].includes((error as Error).name)) throw error;
      // Lets what else runs in this thread go on.
      await setImmediate();
    }
  }
  return items;
}

async function takeWithin(
  lock: Pick<LockLike, 'acquire' | 'acquireSync'>,
  random: Random,
  blocking: boolean,
): Promise<Disposable | undefined> {
  const timeout = random.pick([0, 0.05, 0.5, 2]);
  try {
    if (blocking) return lock.acquireSync?.({ timeout });
    return await lock.acquire({ timeout, signal: random.chance(0.3) ? abortSoon(random) : undefined });
  } catch (error) {
    if (!['TimeoutError', 'AbortError'].includes((error as Error).name)) throw error;
    await setImmediate();
    return undefined;
  }
}

function abortSoon(random: Random): AbortSignal {
  const controller = new AbortController();
  if (random.chance()) process.nextTick(() => controller.abort());
  else void setImmediate().then(() => controller.abort());
  return controller.signal;
}
