import { check } from '../bench-case.ts';
import type { Pool } from './pool.ts';

/** How much a pool is asked to do. */
export interface Load {
  /** How many calls. */
  amount: number;
  /** How long to warm up with such calls, and for how long to go on measuring, at least, in milliseconds. */
  least: number;
}

/** How many calls are done in a second, once they are as fast as they get. */
export async function perSecond({ amount, least }: Load, run: (count: number) => Promise<void>): Promise<number> {
  await warmUp({ amount, least }, run);
  let done = 0;
  let elapsed = 0;
  for (const begun = performance.now(); elapsed < least || done === 0; elapsed = performance.now() - begun) {
    await run(amount);
    done += amount;
  }
  return (done / elapsed) * 1_000;
}

/** Makes calls so that a number of them is under way all the time, and hands each answer on to be checked. */
export async function inFlight<T>(
  width: number,
  count: number,
  call: (i: number) => PromiseLike<T>,
  verify: (answer: T, i: number) => void,
): Promise<void> {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) {
      const i = next;
      next += 1;
      verify(await call(i), i);
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, count) }, lane));
}

/** Checks that a call gave the next number. */
export function checkNext(answer: unknown, value: number): void {
  check(answer, value + 1, 'increment');
}

/** How long each of the calls takes, one after the other, in microseconds. */
export async function latencies(pool: Pool, { amount, least }: Load): Promise<number[]> {
  const times: number[] = [];
  const run = async (count: number): Promise<void> => {
    for (let i = 0; i < count; i += 1) {
      const begun = performance.now();
      const answer = await pool.call('increment', i);
      times.push((performance.now() - begun) * 1_000);
      checkNext(answer, i);
    }
  };
  await warmUp({ amount, least }, run);
  times.length = 0;
  const begun = performance.now();
  do await run(amount);
  while (performance.now() - begun < least);
  return times;
}

/** Makes things to send before anything is timed, so that making them does not count. */
export function prepare<T>(count: number, make: (i: number) => T): (i: number) => T {
  const things = Array.from({ length: count }, (_, i) => make(i));
  return (i) => things[i % count] as T;
}

/** An object of a hundred fields, another one for each seed. */
export function fields(seed: number): Record<string, unknown> {
  return Object.fromEntries(
    Array.from({ length: 100 }, (_, i) => [`field${i}`, i % 2 === 0 ? i + seed : `value ${seed}`]),
  );
}

/** Bytes that a seed tells from others. */
export function bytesOf(length: number, seed: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(length);
  bytes[0] = bytes[length - 1] = seed & 255;
  return bytes;
}

/** Checks that bytes are those of a seed. */
export function checkBytes(answer: unknown, length: number, seed: number): void {
  const bytes = answer as Uint8Array;
  check(bytes.length, length, 'bytes');
  check(bytes[0], seed & 255, 'bytes');
  check(bytes[length - 1], seed & 255, 'bytes');
}

async function warmUp({ amount, least }: Load, run: (count: number) => Promise<void>): Promise<void> {
  const begun = performance.now();
  do await run(Math.ceil(amount / 10));
  while (performance.now() - begun < least);
}
