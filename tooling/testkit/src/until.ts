import { setImmediate, setTimeout } from 'node:timers/promises';

/**
 * Waits until a condition is true that nothing announces, such as the state of another process.
 *
 * @param condition Asked again and again, at first in each turn of the event loop, later every 5 ms.
 * @param what What is waited for, for the error: `the child has ended`.
 * @param cap The time after which it fails, in milliseconds; 10 s if left out.
 * @returns The first value of the condition that counts as true.
 */
export async function until<T>(
  condition: () => T | PromiseLike<T>,
  what: string = condition.toString(),
  cap = 10_000,
): Promise<T> {
  const end = performance.now() + cap;
  for (let look = 0; ; look += 1) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > end) throw new Error(`Cannot see within ${cap} ms that ${what}`);
    if (look < 20) await setImmediate();
    else await setTimeout(5);
  }
}
