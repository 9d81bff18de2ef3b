import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { check } from '../bench-case.ts';
import { grind, spin } from '../pools/tasks.ts';

/** How much longer both together take than the longer of the two alone. */
export async function overlap(milliseconds: number): Promise<number> {
  const { asyncio, futures } = await import('@weft/combined');
  await using pool = new futures.ProcessPoolExecutor({ maxWorkers: 2 });
  // Both workers have started and know the function before anything is timed.
  await Promise.all([pool.submit(spin, 20_000), pool.submit(spin, 20_000)]);
  const compute = async (): Promise<void> => {
    await Promise.all([0, 1].map(() => pool.submit(spin, milliseconds * 1_000)));
  };
  const wait = async (): Promise<void> => {
    await asyncio.gather(...[0, 1].map(() => () => asyncio.sleep(milliseconds)));
  };
  const computing = await timeOf(compute);
  const waiting = await timeOf(() => asyncio.run(wait));
  const both = await timeOf(() => asyncio.run(() => asyncio.gather(compute, wait)));
  check(both >= milliseconds, true, 'both together');
  return both / Math.max(computing, waiting);
}

/** How late the event loop is while two processes compute all the time. */
export async function loopDelayWhileComputing(milliseconds: number): Promise<number> {
  const { futures } = await import('@weft/combined');
  await using pool = new futures.ProcessPoolExecutor({ maxWorkers: 2 });
  await Promise.all([pool.submit(grind, 1), pool.submit(grind, 1)]);
  const end = performance.now() + milliseconds;
  const keepBusy = async (): Promise<void> => {
    while (performance.now() < end) check(typeof (await pool.submit(grind, 1_000_000)), 'number', 'grind');
  };
  const [late] = await Promise.all([loopDelayIdle(milliseconds), keepBusy(), keepBusy(), keepBusy()]);
  return late;
}

/** How late the event loop is while nothing happens. */
export async function loopDelayIdle(milliseconds: number): Promise<number> {
  const monitor = monitorEventLoopDelay({ resolution: 1 });
  monitor.enable();
  await delay(milliseconds);
  monitor.disable();
  return monitor.percentile(99) / 1e6;
}

async function timeOf(run: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await run();
  return performance.now() - begun;
}
