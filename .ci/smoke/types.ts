// Compiled, never run: the packed declarations have to stand on their own in a strict project.
import { run, sleep } from '@weft/async';
import { asyncio, futures } from '@weft/combined';
import { type ConcurrencyError, TimeoutError } from '@weft/core';
import { Pool } from '@weft/multiprocessing';
import { Lock, ThreadPoolExecutor } from '@weft/threading';

export const failure: ConcurrencyError = new TimeoutError('smoke', 1);

export function square(n: number): number {
  return n * n;
}

export async function use(): Promise<number[]> {
  using _held = await new Lock().acquire({ timeout: 5 });
  await using pool = new Pool(2);
  await using executor: futures.Executor = new ThreadPoolExecutor({ maxWorkers: 1 });
  const one: number = await executor.submit(square, 3);
  const text: string = await run(() => sleep(1, 'text'));
  await asyncio.run(async () => undefined);
  return [one, text.length, ...(await pool.map(square, [1, 2]))];
}
