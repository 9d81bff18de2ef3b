// A program: starts many waiting tasks, threads or processes and prints how many bytes of memory they take together.
import process from 'node:process';
import { setImmediate } from 'node:timers/promises';
import { asyncio, isMain, multiprocessing, threading } from '@weft/combined';
import { range } from '../examples/sum.ts';
import { waitForGate } from './wait-for-gate.ts';
import { childrenOf, memoryOf } from '../measure/process-tree.ts';

async function memory(): Promise<number> {
  globalThis.gc?.();
  return (await memoryOf([process.pid, ...(await childrenOf(process.pid))])) ?? process.memoryUsage().rss;
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
  const threads = Array.from(range(count), () =>
    new threading.Thread({ target: waitForGate, args: [ready, gate] }).start(),
  );
  for (const _ of threads) await ready.acquire();
  const after = await memory();
  gate.set();
  for (const thread of threads) await thread.join();
  return after - before;
}

async function memoryOfProcesses(count: number): Promise<number> {
  const ready = new multiprocessing.Semaphore(0);
  const gate = new multiprocessing.Event();
  const before = await memory();
  const processes = Array.from(range(count), () =>
    new multiprocessing.Process({ target: waitForGate, args: [ready, gate] }).start(),
  );
  for (const _ of processes) await ready.acquire();
  const after = await memory();
  gate.set();
  for (const child of processes) await child.join();
  return after - before;
}

const measures = { tasks: memoryOfTasks, threads: memoryOfThreads, processes: memoryOfProcesses };

if (isMain(import.meta)) {
  const [kind, count] = process.argv.slice(2);
  console.log(await measures[kind as keyof typeof measures](Number(count)));
}
