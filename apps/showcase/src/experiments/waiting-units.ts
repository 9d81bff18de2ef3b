// A program: starts many waiting tasks or threads and prints how many bytes of memory they take together.
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { asyncio, isMain, threading } from '@weft/combined';
import { range } from '../examples/sum.ts';
import { proportionalMemory } from '../measure/process-tree.ts';

/** What a thread does: it says that it is there, and waits. */
export function waitForGate(ready: threading.Semaphore, gate: threading.Event): void {
  ready.release();
  gate.waitSync();
}

async function memory(): Promise<number> {
  globalThis.gc?.();
  return (await proportionalMemory(process.pid)) ?? process.memoryUsage().rss;
}

async function memoryOfTasks(count: number): Promise<number> {
  return asyncio.run(async () => {
    const gate = new asyncio.Event();
    await asyncio.gather(async () => {});
    const before = await memory();
    const tasks = Array.from(range(count), () => asyncio.createTask(() => gate.wait()));
    await setImmediate();
    const after = await memory();
    gate.set();
    await asyncio.gather(...tasks);
    return after - before;
  });
}

async function memoryOfThreads(count: number): Promise<number> {
  const ready = new threading.Semaphore(0);
  const gate = new threading.Event();
  const before = await memory();
  const threads = Array.from(range(count), () => new threading.Thread({ target: waitForGate, args: [ready, gate] }).start());
  for (const _ of threads) await ready.acquire();
  const after = await memory();
  gate.set();
  for (const thread of threads) await thread.join();
  return after - before;
}

if (isMain(import.meta)) {
  const [kind, count] = process.argv.slice(2);
  console.log(await (kind === 'tasks' ? memoryOfTasks : memoryOfThreads)(Number(count)));
}
