import { check } from '../bench-case.ts';
import type { Pool } from './pool.ts';

/** How many of the calls are done in a second, after a tenth of them to warm up. */
export async function perSecond(amount: number, run: (count: number) => Promise<void>): Promise<number> {
  await run(Math.ceil(amount / 10));
  const begun = performance.now();
  await run(amount);
  return (amount / (performance.now() - begun)) * 1_000;
}

/** Makes calls so that a number of them is under way all the time. */
export async function inFlight(width: number, count: number, call: (i: number) => Promise<void>): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await call(next++);
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, lane));
}

/** Checks that a call gave the next number. */
export async function expectNext(answer: Promise<unknown>, value: number): Promise<void> {
  check(await answer, value + 1, 'increment');
}

/** How long each of the calls takes, one after the other, in microseconds. */
export async function latencies(pool: Pool, amount: number): Promise<Float64Array> {
  for (let i = 0; i < amount / 5; i += 1) await expectNext(pool.call('increment', i), i);
  const times = new Float64Array(amount);
  for (let i = 0; i < amount; i += 1) {
    const begun = performance.now();
    await expectNext(pool.call('increment', i), i);
    times[i] = (performance.now() - begun) * 1_000;
  }
  return times;
}

/** An object of a hundred fields, another one for each seed. */
export function fields(seed: number): Record<string, unknown> {
  return Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [`field${i}`, i % 2 === 0 ? i + seed : `value ${seed}`]),
  );
}

/** Sends bytes there and back. */
export async function echoBytes(pool: Pool, length: number, seed: number): Promise<void> {
  const bytes = new Uint8Array(length);
  bytes[length - 1] = seed & 255;
  const back = (await pool.call('echo', bytes)) as Uint8Array;
  check(back.length, length, 'bytes');
  check(back[length - 1], seed & 255, 'bytes');
}
